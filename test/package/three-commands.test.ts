import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { PackedProject } from "../support/packed.js";
import { BoardProcess, built, Processes } from "../support/processes.js";

const patienceMs = 120_000;
const env = { ...process.env, npm_config_update_notifier: "false", SLUICE_PASSWORD: "dandelion" };

/** As a terminal's Ctrl-C does: everything that the command started gets the signal. */
async function interrupted(child: ChildProcess): Promise<number | null> {
  const ended = once(child, "close", { signal: AbortSignal.timeout(patienceMs) });
  process.kill(-(child.pid ?? 0), "SIGINT");
  await ended;
  return child.exitCode;
}

// The first command is `npm install sluice.tgz`; here its files are put where that puts them (test/package/install.sh does it).
describe.skipIf(!built)("from an empty folder to an updated board in three commands", () => {
  let project: PackedProject;
  const processes = new Processes();
  beforeAll(() => {
    project = new PackedProject();
  });
  afterAll(async () => {
    await processes.close();
    project.remove();
  });

  const npm = (...args: string[]): string =>
    execFileSync("npm", args, {
      cwd: project.folder,
      env,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
    });

  test("init, then dev: the garden is sent to a virtual board, verified and confirmed there", async () => {
    npm(
      "exec",
      "--",
      "sluice",
      "init",
      "--name",
      "garden",
      "--template",
      "garden",
      "--board",
      "esp32-devkit",
    );
    const dev = spawn("npm", ["run", "dev"], { cwd: project.folder, env, detached: true });
    try {
      const board = new BoardProcess(dev);
      await board.line((line) => /verified: garden@1\.0\.0.*read back from flash/.test(line));
      await board.line((line) => line.includes("confirmed: garden@1.0.0 is reachable and well"));
    } finally {
      await interrupted(dev);
    }
  });

  test("build writes the bundle and its map; upload sends this folder's program to a board", async () => {
    writeFileSync(join(project.folder, "password"), "dandelion\n");
    npm("run", "build");
    const bundle = join(project.folder, "garden-1.0.0.app");
    expect(JSON.parse(readFileSync(`${bundle}.map`, "utf8")).version).toBe(3);
    const board = processes.board("--password-file", join(project.folder, "password"));
    const { port, app } = await board.ready();
    expect(app).toBe("none");
    npm("exec", "--", "sluice", "upload", "--to", `127.0.0.1:${port}`);
    await board.line((line) => line.includes("confirmed: garden@1.0.0"));
  });

  test("Ctrl-C ends dev with 0, and before its first version as well", async () => {
    const bin = join(project.installed, "bin/sluice.js");
    const dev = spawn(process.execPath, [bin, "dev", "--json"], { cwd: project.folder, env, detached: true });
    await new BoardProcess(dev).line((line) => line.includes('"built"'));
    expect(await interrupted(dev)).toBe(0);
  });
});
