import type { Command } from "commander";

/** The arguments are espota.py's, read as Python reads them, so commander hands them through, `-h` included. */
export function addEspota(program: Command): void {
  program
    .command("espota")
    .description("Drop-in for espota.py: same options, texts and exit codes.")
    .helpOption(false)
    .allowUnknownOption()
    .argument("[args...]")
    .action(async (args: string[]) => {
      const { runEspota } = await import("./espota-run.js");
      process.exitCode = await runEspota(args, {
        out: (text) => process.stdout.write(text),
        err: (text) => process.stderr.write(text),
      });
    });
}
