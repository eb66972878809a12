import { writeFileSync } from "node:fs";
import { type Command, InvalidArgumentError } from "commander";
import { SluiceError } from "../errors/sluice-error.js";

/** `sluice prove`: cuts the power everywhere. Exit 1 when a layout that is called safe has a counter-example. */
export function addProve(program: Command): void {
  program
    .command("prove")
    .summary("cut the power at every flash operation and see what is left")
    .description(
      "Cut the power at every flash operation of every update path, in five ways, with RTC memory kept or lost, let the virtual board recover, and cut again in every operation of the recovery, up to four cuts in a row. Exits with 1 when a layout that is called safe has a counter-example.",
    )
    .option("--layout <layout>", "one layout only, e.g. esp32-devkit")
    .option("--path <path>", "one path only, e.g. app")
    .option("--quick", "a seeded part, a few seconds")
    .option(
      "--states <number>",
      "new states of each depth of a path, about; beyond them a part is cut",
      wholeNumber,
    )
    .option("--seed <number>", "seed of the random tears and of the samples", wholeNumber, 1)
    .option("--jobs <number>", "threads", wholeNumber, 2)
    .option("--replay <id>", "go through one counter-example and tell every step")
    .option("--wear", "count the erases of each sector instead, and print the table")
    .option("--markdown <file>", "also write the page with the table")
    .option("--json", "print one JSON object")
    .addHelpText(
      "after",
      "\nExamples:\n  sluice prove --quick\n  sluice prove --layout esp32-devkit --path app\n  sluice prove --replay 'arduino-esp8266-4m1m/eboot@62.half.lost#1'\n",
    )
    .action(async (options: ProveVerbOptions) => {
      if (options.wear === true) return printWear();
      process.exitCode = await (options.replay === undefined ? runProve(options) : runReplay(options.replay));
    });
}

interface ProveVerbOptions {
  readonly layout?: string;
  readonly path?: string;
  readonly quick?: boolean;
  readonly wear?: boolean;
  readonly states?: number;
  readonly seed: number;
  readonly jobs: number;
  readonly replay?: string;
  readonly markdown?: string;
  readonly json?: boolean;
}

async function printWear(): Promise<void> {
  const { proveNoteWear, proveWear, wearMarkdown } = await import("../prover/wear.js");
  process.stdout.write(`${wearMarkdown(proveWear(), proveNoteWear())}\n`);
}

function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("It takes a whole number.");
  return Number(text);
}

/** @returns the exit code */
async function runProve(options: ProveVerbOptions): Promise<number> {
  const { everyScenario, mostStates, plan } = await import("../prover/plan.js");
  const { powerCutPage } = await import("../prover/page.js");
  const { proveBuiltSample, proveFaultRows, proveParallel } = await import("../prover/run.js");
  const { isFaultless } = await import("../prover/faults.js");
  const { grouped, isBroken, printBuilt, printFaults, printTable, totals } = await import(
    "../prover/table.js"
  );
  const { seed } = options;
  const planned = { ...options, quick: options.quick === true };
  const names = (field: "layout" | "path"): string =>
    [...new Set(everyScenario().map((one) => one[field]))].join(" ");
  if (plan(planned).length === 0)
    throw new SluiceError(
      "UNKNOWN_PATH",
      `no path fits; layouts: ${names("layout")}; paths: ${names("path")}`,
    );
  const started = performance.now();
  const [results, built] = await Promise.all([
    proveParallel(planned, options.jobs, (result, done, of) => {
      if (options.json !== true && process.stderr.isTTY)
        process.stderr.write(`\r${done} of ${of}  ${result.layout}/${result.path}\x1b[K`);
    }),
    proveBuiltSample(planned),
  ]);
  const faults = proveFaultRows(planned);
  if (options.json !== true && process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  const seconds = (performance.now() - started) / 1000;
  const all = totals(results);
  const broken =
    results.filter(isBroken).length +
    built.filter(({ findings }) => findings.length > 0).length +
    faults.filter((one) => !isFaultless(one)).length;
  if (options.markdown !== undefined) {
    const page = powerCutPage(results, built, faults, seed, options.states ?? mostStates);
    writePage(options.markdown, page);
  }
  if (options.json === true)
    process.stdout.write(
      `${JSON.stringify({ seed, seconds, ...all, broken, results: results.map(({ boards, ...one }) => ({ ...one, states: boards.length })), built, faults })}\n`,
    );
  else {
    process.stdout.write(printTable(results) + printBuilt(built) + printFaults(faults));
    process.stdout.write(
      `\n${grouped(all.cuts)} cuts in ${seconds.toFixed(1)} s (${grouped(Math.round(all.cuts / seconds))} a second, ${grouped(all.states)} different states), seed ${seed}\n` +
        (broken === 0
          ? "No layout that is called safe has a counter-example.\n"
          : `${broken} paths that are called safe have counter-examples.\n`),
    );
  }
  return broken === 0 ? 0 : 1;
}

/** @returns 0 when the replayed cut does no harm */
async function runReplay(text: string): Promise<number> {
  const { everyScenario } = await import("../prover/plan.js");
  const { parseReplayId } = await import("../prover/result.js");
  const { replay } = await import("../prover/replay.js");
  const id = parseReplayId(text);
  const scenario = everyScenario().find((one) => one.layout === id?.layout && one.path === id.path);
  if (id === undefined || scenario === undefined)
    throw new SluiceError(
      "UNKNOWN_PATH",
      `"${text}" names no path; it looks like esp32-devkit/app@12.half.lost#1`,
    );
  const findings = replay(scenario, id, (line) => process.stdout.write(`${line}\n`));
  return findings.length === 0 ? 0 : 1;
}

function writePage(file: string, page: string): void {
  try {
    writeFileSync(file, page);
  } catch (error) {
    throw new SluiceError("FILE_NOT_WRITABLE", `cannot write ${file}`, { cause: error });
  }
}
