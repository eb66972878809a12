import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../src/node/package-root.js";
import { garden1, garden2 } from "../support/test-bundles.js";

const cli = join(packageRoot(), "bin/sluice.js");
const patienceMs = 40_000;
/** `npm test` builds first; a test run alone may find nothing to run. */
const built = existsSync(join(packageRoot(), "dist/src/cli/main.js"));
const folder = mkdtempSync(join(tmpdir(), "sluice-cli-"));
const file = (name: string) => join(folder, name);
const children = new Set<ChildProcess>();

beforeAll(async () => {
  writeFileSync(file("password"), "dandelion\n");
  writeFileSync(file("wrong"), "daisy\n");
  writeFileSync(file("garden-1.app"), await garden1());
});

afterAll(async () => {
  for (const child of children) await killed(child);
  rmSync(folder, { recursive: true, force: true });
});

function start(args: readonly string[]): ChildProcess {
  const { SLUICE_PASSWORD: _, ...env } = process.env;
  const child = spawn(process.execPath, [cli, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  children.add(child);
  child.once("exit", () => children.delete(child));
  return child;
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
}

/** Runs a verb to its end. */
async function run(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = start(args);
  let out = "";
  let err = "";
  child.stdout?.on("data", (data) => {
    out += String(data);
  });
  child.stderr?.on("data", (data) => {
    err += String(data);
  });
  await once(child, "close", { signal: AbortSignal.timeout(patienceMs) });
  return { code: child.exitCode, out, err };
}

/** A board as a process; its lines come as they are printed. */
class BoardProcess {
  readonly child: ChildProcess;
  readonly lines: string[] = [];
  #rest = "";

  constructor(...args: string[]) {
    this.child = start(["board", "--state", file("state"), "--port", "0", "--speed", "5", ...args]);
    this.child.stdout?.on("data", (data) => {
      const pieces = (this.#rest + String(data)).split("\n");
      this.#rest = pieces.pop() ?? "";
      this.lines.push(...pieces);
      this.child.emit("lines");
    });
  }

  /** The first line that fits. */
  async line(fits: (line: string) => boolean): Promise<string> {
    const signal = AbortSignal.timeout(patienceMs);
    for (;;) {
      const found = this.lines.find(fits);
      if (found !== undefined) return found;
      await once(this.child, "lines", { signal });
    }
  }

  /** Our port of its listener, once it can be reached; `app` is what runs. */
  async ready(): Promise<{ port: number; app: string }> {
    const line = await this.line((one) => one.startsWith("ready "));
    const found = /^ready udp=(\d+) app=(\S+)/.exec(line);
    if (found === null) throw new Error(`not a ready line: ${line}`);
    return { port: Number(found[1]), app: found[2] };
  }
}

test.skipIf(!built)(
  "build, board, upload, kill, start again: the processes as a user runs them",
  async () => {
    const garden = join(packageRoot(), "devs/garden");
    const build = await run("build", garden, "--board", "esp32-devkit", "-o", file("garden-2.app"));
    expect(build.code).toBe(0);
    expect(readFileSync(file("garden-2.app")).equals(await garden2())).toBe(true);

    const board = new BoardProcess("--app", file("garden-1.app"), "--password-file", file("password"));
    const { port, app } = await board.ready();
    expect(app).toBe("garden@1.0.0");
    const to = ["--to", `127.0.0.1:${port}`];

    const wrong = await run("upload", file("garden-2.app"), ...to, "--password-file", file("wrong"));
    expect(wrong.code).toBe(1);
    expect(wrong.err).toMatch(/^AUTH_FAILED: /m);

    const json = await run(
      "upload",
      file("garden-2.app"),
      ...to,
      "--password-file",
      file("password"),
      "--json",
    );
    expect(json.code).toBe(0);
    const events = json.out
      .trim()
      .split("\n")
      .map((line) => String(JSON.parse(line).event));
    expect(events[0]).toBe("invited");
    expect(events.at(-1)).toBe("result");
    await board.line((line) => /confirmed.*garden@2\.0\.0|garden@2\.0\.0.*confirmed/.test(line));

    await killed(board.child);
    const again = new BoardProcess("--json");
    const ready = JSON.parse(await again.line((line) => JSON.parse(line).event === "ready"));
    expect(ready).toMatchObject({ app: "garden@2.0.0", slot: "b" });
    const { hostPort } = JSON.parse(await again.line((line) => JSON.parse(line).event === "listening"));

    // espota.py's own words, from its drop-in.
    const dropIn = ["espota", "-i", "127.0.0.1", "-p", String(hostPort), "-f", file("garden-1.app")];
    expect((await run(...dropIn, "-a", "daisy")).code).toBe(1);
    expect((await run(...dropIn, "-a", "dandelion")).code).toBe(0);
    const confirmed = (line: string) =>
      JSON.parse(line).event === "confirmed" && JSON.parse(line).app === "garden@1.0.0";
    expect(JSON.parse(await again.line(confirmed))).toMatchObject({ slot: "a" });

    const ended = once(again.child, "exit", { signal: AbortSignal.timeout(patienceMs) });
    again.child.kill("SIGTERM");
    expect((await ended)[0]).toBe(0);
  },
  120_000,
);

test.skipIf(!built)("a call that is wrong says so and ends with 2", async () => {
  const { code, err } = await run("upload", file("garden-1.app"));
  expect(code).toBe(2);
  expect(err).toMatch(/--to/);
});
