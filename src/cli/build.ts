import type { Command } from "commander";

export interface BuildFlags {
  readonly board: string;
  readonly output: string;
  readonly agent?: true;
  readonly manifest?: string;
  readonly version?: string;
  readonly json?: true;
}

export function addBuild(program: Command): void {
  const command = program
    .command("build")
    .summary("make a bundle of a dev folder, or of the agent")
    .description(
      "Bundle and minify a dev folder for the board's JavaScript engine. What the engine lacks fails the build, with file, line and what to write instead. The source map goes beside the bundle, for `sluice explain`. For a DeviceScript board (esp32-devicescript, …) the program is compiled by DeviceScript's own compiler, sealed with a checksum, and its debug information goes beside it.",
    )
    .argument("[dev]", "folder with sluice.json, e.g. devs/garden")
    .requiredOption("--board <board>", "the board it is for")
    .requiredOption("-o, --output <file>", "where the bundle goes, e.g. garden.app")
    .option("--agent", "build Sluice's own agent instead of a dev folder")
    .option("--manifest <file>", "another manifest than DEV/sluice.json")
    .option("--version <version>", "another version than the manifest's")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nExamples:\n  sluice build devs/garden --board esp32-devkit -o garden.app\n  sluice build devs/garden-devicescript --board esp32-devicescript -o garden.devs\n",
    )
    .action(async (dev: string | undefined, flags: BuildFlags) => {
      if ((dev === undefined) === (flags.agent === undefined))
        command.error("error: name either a dev folder or --agent", { exitCode: 2 });
      const { runBuild } = await import("./build-run.js");
      await runBuild(dev, flags);
    });
}
