import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageRoot } from "../../src/node/package-root.js";
import { built, killed, Processes } from "../support/processes.js";
import { garden1, garden2 } from "../support/test-bundles.js";

const patienceMs = 40_000;
const folder = mkdtempSync(join(tmpdir(), "sluice-cli-"));
const file = (name: string) => join(folder, name);
const processes = new Processes();
const run = (...args: string[]) => processes.run(...args);
const board = (...args: string[]) => processes.board("--state", file("state"), ...args);

beforeAll(async () => {
  writeFileSync(file("password"), "dandelion\n");
  writeFileSync(file("wrong"), "daisy\n");
  writeFileSync(file("garden-1.app"), await garden1());
});

afterAll(async () => {
  await processes.close();
  rmSync(folder, { recursive: true, force: true });
});

test.skipIf(!built)(
  "build, board, upload, kill, start again: the processes as a user runs them",
  async () => {
    const garden = join(packageRoot(), "devs/garden");
    const build = await run("build", garden, "--board", "esp32-devkit", "-o", file("garden-2.app"));
    expect(build.code).toBe(0);
    expect(readFileSync(file("garden-2.app")).equals(await garden2())).toBe(true);

    const first = board("--app", file("garden-1.app"), "--password-file", file("password"));
    const { port, app } = await first.ready();
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
    await first.line((line) => /confirmed.*garden@2\.0\.0|garden@2\.0\.0.*confirmed/.test(line));

    await killed(first.child);
    const again = board("--json");
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
