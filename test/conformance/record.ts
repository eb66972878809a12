import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/node/package-root.js";
import { areas } from "./areas.js";
import type { Area } from "./probe.js";

const file = join(packageRoot(), "test/conformance/answers.json");

/** What the real engine answered, by "area: name"; written by `RECORD=1 ESPRUINO=… npm run test:espruino`. */
export type Answers = Readonly<Record<string, readonly string[]>>;

export function readAnswers(): Answers {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** One line an answer, so that a change of the engine is a change of lines. */
export function writeAnswers(answers: Answers): void {
  const lines = Object.keys(answers)
    .sort()
    .map((name) => `  ${JSON.stringify(name)}: ${JSON.stringify(answers[name])}`);
  writeFileSync(file, `{\n${lines.join(",\n")}\n}\n`);
}

export interface Probe {
  readonly name: string;
  readonly program: string;
  readonly sockets: boolean;
}

export const probes: readonly Probe[] = Object.entries(areas).flatMap(
  ([area, { probes, sockets = false }]: [string, Area]) =>
    Object.entries(probes).map(([name, program]) => ({ name: `${area}: ${name}`, program, sockets })),
);
