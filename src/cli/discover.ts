import { type Command, InvalidArgumentError } from "commander";

/** As commander leaves them. */
export interface DiscoverFlags {
  readonly seconds: number;
  readonly interface?: string;
  readonly json?: true;
}

export function addDiscover(program: Command): void {
  program
    .command("discover")
    .summary("list the boards on the network")
    .description(
      "Ask the network for boards that take updates over the air: Sluice's, and all that speak ArduinoOTA. Their names work as targets of `sluice upload --to`.",
    )
    .option("--seconds <n>", "how long to listen; 0: until Ctrl-C", seconds, 5)
    .option("--interface <name>", "name or address of the one interface to use (else all)")
    .option("--json", "one event a line, for scripts: found, changed, gone")
    .addHelpText("after", "\nExample:\n  sluice discover --seconds 3\n")
    .action(async (flags: DiscoverFlags) => {
      const { discover } = await import("./discover-run.js");
      await discover(flags);
    });
}

function seconds(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : -1;
  if (value < 0 || value > 86_400) throw new InvalidArgumentError("A number from 0 to 86400 is wanted.");
  return value;
}
