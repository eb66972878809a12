import { afterEach, expect, test } from "vitest";
import { type BoardIdentity, linesOf, userAgentOf } from "../../src/core/pull/introduction.js";
import { PullOutcome } from "../../src/core/pull/job.js";
import type { RowName } from "../../src/server/decide/decide.js";
import { facts, PullBench, urlOf } from "../support/pull-bench.js";
import { doorBin, gardenApp, md5 } from "./support/images.js";
import { door, guarded, type Rig, startRig } from "./support/rig.js";

let rig: Rig;
afterEach(() => rig.stop());

interface Asked {
  readonly path?: string;
  readonly facts?: Partial<BoardIdentity>;
}

/** A pull of the core's against a server, request for request, byte for byte, until it is over. */
async function pull(asked: Asked = {}): Promise<PullBench> {
  const told: BoardIdentity = { ...facts, ...asked.facts };
  const bench = new PullBench({
    url: urlOf(`http://127.0.0.1:${rig.port}${asked.path ?? "/update"}`),
    userAgent: userAgentOf(told.family, "0.1.0"),
    lines: linesOf(told),
    asksVersion: told.mode === "version",
  }).start();
  for (let turn = 0; turn < 5 && !bench.isOver; turn++) {
    bench.answer(await rig.raw(bench.call.said), 100).hangUp();
    bench.until(bench.now + 1100);
    bench.connected();
  }
  return bench;
}

const esp8266: Partial<BoardIdentity> = {
  family: "esp8266",
  mode: "sketch",
  mac: door,
  freeSpace: 2744320,
  sketchSize: 400000,
};
const esp32: Partial<BoardIdentity> = { ...esp8266, family: "esp32" };
const ok = PullOutcome.Ok;
const none = PullOutcome.NoUpdates;
const failed = PullOutcome.Failed;

/** Rows of the server's table as our client meets them, with each family of headers where both have it. */
const rows: readonly (readonly [RowName, Asked, PullOutcome, number])[] = [
  ["update", {}, ok, 0],
  ["update", { path: "/update/door", facts: esp8266 }, ok, 0],
  ["same-version", { facts: { version: "1.2.0" } }, none, 0],
  ["same-version", { path: "/update/door", facts: { ...esp8266, version: "1.2.0" } }, none, 0],
  ["same-image", { facts: { version: "9.9.9", sketchMd5: md5(gardenApp) } }, none, 0],
  ["same-image", { path: "/update/door", facts: { ...esp8266, sketchMd5: md5(doorBin) } }, none, 0],
  ["newer-on-board", { facts: { version: "1.3.0" } }, none, 0],
  ["version-only", { facts: { mode: "version" } }, ok, 0],
  ["header-bad", { facts: { mac: "18:FE" } }, failed, -104],
  ["header-bad", { facts: { ...esp8266, mac: "18:FE" } }, failed, -104],
  ["header-bad", { facts: { ...esp32, mac: "18:FE" } }, failed, -104],
  ["mode-unknown", { facts: { mode: "eeprom" } }, failed, -102],
  ["mode-unknown", { path: "/update/door", facts: { ...esp32, mode: "eeprom" } }, failed, -102],
  ["mac-unknown", { facts: { app: "" } }, failed, -104],
  ["mac-unknown", { path: "/esp/update/arduino.php", facts: esp8266 }, failed, -104],
  ["image-missing", { path: "/update/pond" }, failed, -102],
  ["image-missing", { facts: { app: "pond" } }, failed, -104],
  ["image-missing", { path: "/update/door", facts: esp32 }, failed, -102],
  ["too-large", { facts: { freeSpace: 100 } }, failed, -104],
];

test.each(rows)("%s %j", async (row, asked, outcome, error) => {
  rig = await startRig();
  rig.put("garden.app", gardenApp);
  rig.put("door-1.2.0.bin", doorBin);
  const bench = await pull(asked);
  expect(bench.result).toMatchObject({ outcome, error });
  const answers = rig.events.filter(({ event }) => event === "answer");
  expect(answers.map((answer) => ("row" in answer ? answer.row : ""))).toContain(row);
  // A good image is requested twice: one byte, then all of it.
  expect(answers).toHaveLength(row === "update" ? 2 : 1);
  if (row !== "update") expect(bench.valve.entered).toBe(0);
  else
    expect(Buffer.from(bench.target.bytes).equals(asked.facts === undefined ? gardenApp : doorBin)).toBe(
      true,
    );
});

test("blocked, unauthorized", async () => {
  rig = await startRig();
  await rig.fleet.setDevice(facts.mac, { blocked: 1 });
  expect((await pull()).result).toMatchObject({ error: -103 });
  await rig.stop();
  rig = await startRig({ secrets: guarded });
  expect((await pull()).result).toMatchObject({ error: -108 });
});

test("rolled-back and given-up end a board's trying", async () => {
  rig = await startRig();
  rig.put("garden.app", gardenApp);
  for (let i = 1; i <= 3; i++) {
    expect((await pull()).result.outcome).toBe(ok);
    await rig.event("sent", 2 * i);
  }
  expect((await pull()).result.outcome).toBe(none);
  expect(rig.events.at(-1)).toMatchObject({ row: "given-up" });
  await rig.fleet.retry(facts.mac);
  expect((await pull()).result.outcome).toBe(ok);
  await rig.event("sent", 8);
  expect((await pull({ facts: { state: "rolled-back" } })).result.outcome).toBe(none);
  expect(rig.events.at(-1)).toMatchObject({ row: "rolled-back" });
});
