import { type Command, InvalidArgumentError } from "commander";

/** `sluice prove`: cuts the power everywhere. Exit 1 when a layout that is called safe has a counter-example. */
export function addProve(program: Command): void {
  program
    .command("prove")
    .summary("cut the power at every flash operation and see what is left")
    .description(
      "Cut the power at every flash operation of every update path, in five ways, with RTC memory kept or lost, let the virtual board recover, and cut again in every operation of the recovery. Exits with 1 when a layout that is called safe has a counter-example.",
    )
    .option("--layout <layout>", "one layout only, e.g. esp32-devkit")
    .option("--path <path>", "one path only, e.g. app")
    .option("--quick", "a seeded part, a few seconds")
    .option("--seed <number>", "seed of the random tears and of the samples", wholeNumber, 1)
    .option("--jobs <number>", "threads", wholeNumber, 2)
    .option("--replay <id>", "go through one counter-example and tell every step")
    .option("--markdown <file>", "also write the page with the table")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nExamples:\n  sluice prove --quick\n  sluice prove --layout esp32-devkit --path app\n  sluice prove --replay 'arduino-esp8266-4m1m/eboot@62.half.lost#1'\n",
    )
    .action(async (options: ProveVerbOptions) => {
      const { runProve, runReplay } = await import("./prove-run.js");
      process.exitCode = options.replay === undefined ? await runProve(options) : runReplay(options.replay);
    });
}

export interface ProveVerbOptions {
  readonly layout?: string;
  readonly path?: string;
  readonly quick?: boolean;
  readonly seed: number;
  readonly jobs: number;
  readonly replay?: string;
  readonly markdown?: string;
  readonly json?: boolean;
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("It takes a whole number.");
  return Number(text);
}
