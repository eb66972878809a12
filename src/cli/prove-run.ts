import { writeFileSync } from "node:fs";
import { SluiceError } from "../errors/sluice-error.js";
import type { BuiltResult } from "../prover/built/proof.js";
import { powerCutPage } from "../prover/page.js";
import { everyScenario, plan } from "../prover/plan.js";
import { replay } from "../prover/replay.js";
import { type PathResult, parseReplayId } from "../prover/result.js";
import { proveBuiltSample, proveParallel } from "../prover/run.js";
import { grouped, isBroken, printBuilt, printTable, totals } from "../prover/table.js";
import type { ProveVerbOptions } from "./prove.js";

/** @returns the exit code */
export async function runProve(options: ProveVerbOptions): Promise<number> {
  const { seed } = options;
  const planned = {
    seed,
    quick: options.quick === true,
    ...(options.layout === undefined ? {} : { layout: options.layout }),
    ...(options.path === undefined ? {} : { path: options.path }),
  };
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
  if (options.json !== true && process.stderr.isTTY) process.stderr.write("\r\x1b[K");
  const seconds = (performance.now() - started) / 1000;
  const all = totals(results);
  const broken = results.filter(isBroken).length + built.filter(({ findings }) => findings.length > 0).length;
  if (options.markdown !== undefined) writePage(options.markdown, results, built, seed);
  if (options.json === true)
    process.stdout.write(`${JSON.stringify({ seed, seconds, ...all, broken, results, built })}\n`);
  else {
    process.stdout.write(printTable(results) + printBuilt(built));
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
export function runReplay(text: string): number {
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

function writePage(
  file: string,
  results: readonly PathResult[],
  built: readonly BuiltResult[],
  seed: number,
): void {
  try {
    writeFileSync(file, powerCutPage(results, built, seed));
  } catch (error) {
    throw new SluiceError("FILE_NOT_WRITABLE", `cannot write ${file}`, { cause: error });
  }
}

function names(field: "layout" | "path"): string {
  return [...new Set(everyScenario().map((one) => one[field]))].join(" ");
}
