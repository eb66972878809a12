import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findBoard } from "../../../boards/index.js";
import { buildProgram } from "../../../src/devicescript/build/program.js";
import { guarded, type Rig, sharedToken, startRig } from "../../server/support/rig.js";
import { buildDevs } from "../../support/devs-image.js";
import { runProgram } from "./run-program.js";

const release = buildDevs({ sealed: true, config: { "@name": "garden", "@version": "2.0.0" } });

describe("a DeviceScript board that polls", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "sluice-pull-"));
  });
  let rig: Rig | undefined;
  afterEach(async () => {
    await rig?.stop();
    rig = undefined;
    rmSync(folder, { recursive: true, force: true });
  });

  async function run(main: string): Promise<string[]> {
    const board = findBoard("esp32-devicescript");
    if (board === undefined) throw new Error("no board");
    writeFileSync(join(folder, "sluice.json"), '{"name":"garden","version":"1.0.0"}');
    writeFileSync(join(folder, "main.ts"), main);
    return runProgram((await buildProgram({ dev: folder, board })).bytes);
  }

  it("finds the release, checks it, says so once, and the server knows that it cannot take it", async () => {
    rig = await startRig({ secrets: guarded });
    rig.put("garden.devs", release);
    const lines = await run(`
import { restart, sleep } from "@devicescript/core";
import { watchReleases } from "sluice/devicescript";
watchReleases({ host: "127.0.0.1", port: ${rig.port}, token: "${sharedToken}", everyMinutes: 0.01,
  onRelease: (found) => { console.log("found", found.version, found.size, found.md5); } });
await sleep(3000);
restart();
`);
    const found = lines.filter((line) => line.startsWith("found "));
    const row = rig.events.find((event) => event.event === "answer");
    expect(row).toMatchObject({ row: "update", file: "garden.devs" });
    expect(found, lines.join("\n")).toEqual([expect.stringContaining(`found 2.0.0 ${release.length} `)]);
    expect(rig.events.filter(({ event }) => event === "report")).toEqual([
      expect.objectContaining({ report: "refused", code: "NEEDS_GATEWAY" }),
    ]);
    expect(rig.events.filter(({ event }) => event === "answer").length).toBeGreaterThan(1);
    expect(lines.join("\n")).not.toContain(sharedToken);
  });

  it("lives with a server that is not there, and never begins beside a gateway's program", async () => {
    const lines = await run(`
import { restart, sleep } from "@devicescript/core";
import { ota, watchReleases } from "sluice/devicescript";
watchReleases({ host: "127.0.0.1", port: 9, everyMinutes: 0.01 });
try { await ota.begin({}); } catch (error) { console.log("refused:", (error as Error).message); }
await sleep(1500);
console.log("still here");
restart();
`);
    expect(lines).toContainEqual(
      expect.stringMatching(/^refused: ?ota.begin cannot begin: watchReleases has/),
    );
    expect(lines).toContainEqual(expect.stringMatching(/^pull: /));
    expect(lines).toContain("still here");
  });
});
