import { afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { Fleet } from "../../src/server/db/fleet.js";
import { migrate } from "../../src/server/db/migrations.js";
import type { BoardRequest } from "../../src/server/wire/board-request.js";
import { buildArduino } from "../support/images.js";
import { databases, sayWhatIsLeftOut, type TestDatabase } from "./support/databases.js";
import { doorBin, served } from "./support/images.js";
import { door, noon } from "./support/rig.js";

beforeAll(sayWhatIsLeftOut);

const board: BoardRequest = {
  family: "esp8266",
  mac: door,
  mode: "sketch",
  freeSpace: 2744320,
  sketchSize: 400000,
  sketchMd5: "0123456789abcdef0123456789abcdef",
  chipSize: 4_294_967_296,
  sdkVersion: "2.5.0",
  version: "1.1.0",
  app: undefined,
  board: undefined,
  slot: undefined,
  state: undefined,
};
const image = served("door-1.2.0.bin", doorBin);

describe.each(databases)("$name", ({ open }) => {
  let store: TestDatabase;
  let fleet: Fleet;
  let now = noon;
  beforeEach(async () => {
    now = noon;
    store = await open();
    fleet = new Fleet(store.db, () => now);
  });
  afterEach(() => store.close());

  test("migrating twice changes nothing", async () => {
    await fleet.setDevice(door, { name: "Tür <3> 'x'" });
    await migrate(store.db);
    expect((await fleet.device(door))?.name).toBe("Tür <3> 'x'");
  });

  test("what the operator said outlives what the board says, and the other way round", async () => {
    await fleet.saw(board, "192.168.4.2", "update");
    await fleet.setDevice(door, { name: "door", product: "door", pinned: "1.2.0", blocked: 1 });
    now += 1000;
    await fleet.saw({ ...board, version: undefined, sketchMd5: undefined }, "192.168.4.3", "blocked");
    expect(await fleet.device(door)).toEqual({
      mac: door,
      name: "door",
      product: "door",
      channel: "stable",
      pinned: "1.2.0",
      board: null,
      tokenHash: null,
      tokenProduct: null,
      blocked: 1,
      family: "esp8266",
      app: null,
      version: "1.1.0",
      sketchMd5: "0123456789abcdef0123456789abcdef",
      slot: null,
      freeSpace: 2744320,
      chipSize: 4_294_967_296,
      sdkVersion: "2.5.0",
      address: "192.168.4.3",
      lastSeen: noon + 1000,
      lastAnswer: "blocked",
    });
    await fleet.setDevice(door, { pinned: null });
    expect(await fleet.device(door)).toMatchObject({ pinned: null, name: "door" });
    await fleet.setDevice(door, {});
    expect((await fleet.devices()).length).toBe(1);
  });

  test("sendings of one image are counted, another starts anew", async () => {
    await fleet.sent(door, image);
    now += 5;
    await fleet.sent(door, image);
    expect(await fleet.offer(door, "firmware")).toEqual({
      mac: door,
      target: "firmware",
      file: "door-1.2.0.bin",
      md5: image.md5,
      version: "1.2.0",
      sends: 2,
      state: "sent",
      at: noon + 5,
      address: null,
    });
    await fleet.notTried(door, "firmware");
    expect((await fleet.offer(door, "firmware"))?.sends).toBe(1);
    await fleet.settle(door, "firmware", "rolled-back");
    expect(await fleet.offer(door, "firmware")).toMatchObject({ state: "rolled-back", sends: 1 });
    await fleet.sent(door, image);
    await fleet.sent(door, served("door-1.3.0.bin", buildArduino(4100)));
    expect(await fleet.offer(door, "firmware")).toMatchObject({ state: "sent", sends: 1, version: "1.3.0" });
    await fleet.settle(door, "firmware", "installed");
    expect((await fleet.offer(door, "firmware"))?.sends).toBe(0);
    await fleet.retry(door);
    expect(await fleet.offers()).toEqual([]);
  });

  test("reports come newest first, and the oldest make room", async () => {
    for (let i = 0; i < 203; i++) await fleet.report({ mac: door, event: "failed", code: `N${i}` });
    await fleet.report({ mac: "AA:AA:AA:AA:AA:AA", event: "installed", inferred: true });
    expect((await fleet.reports(2)).map(({ event, inferred }) => [event, inferred])).toEqual([
      ["installed", 1],
      ["failed", 0],
    ]);
    const kept = (await fleet.reports(500, door)).map(({ code }) => code);
    expect([kept.length, kept[0], kept.at(-1)]).toEqual([200, "N202", "N3"]);
  });

  test("a board that is removed leaves nothing", async () => {
    await fleet.saw(board, "192.168.4.2", "update");
    await fleet.sent(door, image);
    expect(await fleet.removeDevice(door)).toBe(true);
    expect(await fleet.removeDevice(door)).toBe(false);
    expect([await fleet.devices(), await fleet.offers(), await fleet.reports(10)]).toEqual([[], [], []]);
  });

  test("whether any board has a token of its own", async () => {
    await fleet.setDevice(door, {});
    expect(await fleet.hasTokens()).toBe(false);
    await fleet.setDevice(door, { tokenHash: "ab" });
    expect(await fleet.hasTokens()).toBe(true);
  });

  test("many boards at once", async () => {
    const macs = Array.from({ length: 20 }, (_, i) => `00:00:00:00:00:${String(i).padStart(2, "0")}`);
    await Promise.all(
      macs.flatMap((mac) => [fleet.saw({ ...board, mac }, "::1", "update"), fleet.sent(mac, image)]),
    );
    expect((await fleet.devices()).length).toBe(20);
    expect((await fleet.offers()).every(({ sends }) => sends === 1)).toBe(true);
  });
});
