import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { stage } from "./size-run.js";

/** A build of Espruino for Linux, as it reports itself. */
export interface Engine {
  readonly path: string;
  /** "2v29.277 (c5ff787b1)" */
  readonly version: string;
  /** Bytes of a variable. */
  readonly block: number;
  /** Variables that it has by default. */
  readonly variables: number;
  /** As many as it takes from its environment (`ESPRUINO_VARS`), for what an update takes at most; 0: none. */
  readonly most: number;
  /** In use with nothing but the engine, and what the bench's own script adds. */
  readonly alone: number;
  readonly staged: number;
  /** It counts its stack. */
  readonly countsStack: boolean;
}

function said(path: string, expression: string, env: Readonly<Record<string, string>> = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "sluice-size-"));
  try {
    writeFileSync(join(folder, "ask.js"), `print("#" + ${expression});\nquit();\n`);
    const out = execFileSync(path, ["ask.js"], {
      cwd: folder,
      encoding: "latin1",
      stdio: "pipe",
      env: { ...process.env, ...env },
      timeout: 20_000,
    });
    return /^.*#(.*)$/m.exec(out)?.[1]?.trim() ?? "";
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What a program prints that is given with `-e`: also of `stackDepth`, which is there while the stack is counted. */
function saidByScript(path: string, script: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "sluice-size-"));
  const env = { ...process.env, ESPRUINO_STACK: "1" };
  try {
    const options = { cwd: folder, encoding: "latin1", env, stdio: "pipe", timeout: 20_000 } as const;
    const out = execFileSync(path, ["-e", `${script};quit();`], options);
    return [...out.matchAll(/#(\w+)#/g)].map(([, word]) => word);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function hasWith(path: string, wanted: number): number {
  try {
    return Number(said(path, "process.memory().total", { ESPRUINO_VARS: `${wanted}` }));
  } catch {
    return 0;
  }
}

/** @param name of the environment's variable that holds the path. @returns undefined where it is not set */
export function engineIn(name: string): Engine | undefined {
  const given = process.env[name] ?? "";
  if (given === "") return undefined;
  const path = resolve(given);
  const facts = JSON.parse(said(path, "JSON.stringify([process.memory(), process.env])"));
  const [memory, env] = facts;
  const used = 'print("#"+process.memory().usage+"#");';
  const [before, after] = saidByScript(path, `require("Flash");${used}${stage}${used}`).map(Number);
  return {
    path,
    version: `${env.VERSION} (${env.GIT_COMMIT})`,
    block: memory.blocksize,
    variables: memory.total,
    most: hasWith(path, 8000) === 8000 ? 8000 : 0,
    alone: Number(said(path, "process.memory().usage")),
    staged: after - before,
    countsStack: saidByScript(path, 'print("#"+typeof stackDepth+"#")')[0] === "function",
  };
}
