import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { makeFlash } from "../../src/board/board-flash.js";
import type { NorFlash } from "../../src/board/nor-flash.js";
import { chipImage } from "../../src/espruino/provision.js";
import { GardenBoard } from "../support/garden-board.js";
import { buildEsp32, filler } from "../support/images.js";
import { agentOf, esp32, garden1 } from "../support/test-bundles.js";

const password = "tulips";
const factory = 0x10000;
const ota0 = 0x190000;
const espruino = (version: string) => buildEsp32({ project: "espruino", version, dromLength: 6000 });

async function chip(): Promise<NorFlash> {
  const content = await chipImage(esp32, {
    agent: await agentOf(),
    app: await garden1(),
    password,
    firmware: espruino("2.29"),
  });
  return makeFlash(esp32, content);
}

function areaDigest(flash: NorFlash, start: number): string {
  return createHash("md5").update(flash.read(start, 0x180000)).digest("hex");
}

async function withBoard(use: (board: GardenBoard) => Promise<void>): Promise<void> {
  const board = await GardenBoard.start({ flash: await chip(), password });
  try {
    await board.ready();
    await board.settled();
    await use(board);
  } finally {
    await board.virtual.stop();
  }
}

test.concurrent("firmware goes into the other slot, runs on trial, is confirmed, and the next one goes back", () =>
  withBoard(async (board) => {
    const running = areaDigest(board.flash, factory);
    let from = board.events.length;
    await board.upload(espruino("2.30"));
    await board.ready(from);
    expect(board.all("firmware", from)[0]).toMatchObject({
      slot: "ota_0",
      project: "espruino",
      version: "2.30",
    });
    expect(areaDigest(board.flash, factory)).toBe(running);
    await board.wait("confirmed", {}, from);
    expect((await board.refused(espruino("2.31"), { filesystem: true })).code).toBe("UNKNOWN_COMMAND");

    from = board.events.length;
    const second = areaDigest(board.flash, ota0);
    await board.upload(espruino("2.31"));
    await board.ready(from);
    expect(board.all("firmware", from)[0]).toMatchObject({ slot: "factory", version: "2.31" });
    expect(areaDigest(board.flash, ota0)).toBe(second);
    await board.wait("confirmed", {}, from);
  }));

test.concurrent("firmware that never settles is given up after twelve starts by power, and the old one runs", () =>
  withBoard(async (board) => {
    const from = board.events.length;
    await board.upload(espruino("2.30"));
    await board.ready(from);
    let started = from;
    for (let i = 0; i < 12 && board.all("firmware", started).every(({ slot }) => slot !== "factory"); i++) {
      started = board.powerCycle();
      await board.ready(started);
    }
    expect(board.all("firmware", from).at(-1)).toMatchObject({ slot: "factory", version: "2.29" });
    expect(board.all("firmware", from).filter(({ slot }) => slot === "ota_0").length).toBeGreaterThan(9);
    await board.settled();
    await board.upload(espruino("2.32"));
  }));

test.concurrent("firmware on trial in factory returns to ota_0", () =>
  withBoard(async (board) => {
    let from = board.events.length;
    await board.upload(espruino("2.30"));
    await board.wait("confirmed", {}, from);
    from = board.events.length;
    await board.upload(espruino("2.31"));
    await board.ready(from);
    let started = from;
    for (let i = 0; i < 12 && board.all("firmware", started).every(({ slot }) => slot !== "ota_0"); i++) {
      started = board.powerCycle();
      await board.ready(started);
    }
    expect(board.all("firmware", from).at(-1)).toMatchObject({ slot: "ota_0", version: "2.30" });
  }));

test.concurrent("firmware for another chip, cut short or damaged is refused and nothing that runs is touched", () =>
  withBoard(async (board) => {
    const running = areaDigest(board.flash, factory);
    const otadata = createHash("md5").update(board.flash.read(0xc000, 0x2000)).digest("hex");
    const other = areaDigest(board.flash, ota0);
    expect((await board.refused(buildEsp32({ chip: 9 }))).code).toBe("WRONG_BOARD");
    expect((await board.refused(filler(4000))).code).toBe("BAD_MAGIC_BYTE");
    expect((await board.refused(buildEsp32({ dromLength: 0x190000 }))).code).toBe("NOT_ENOUGH_SPACE");
    expect(areaDigest(board.flash, ota0)).toBe(other);
    const cut = espruino("2.30").subarray(0, 4000);
    expect((await board.refused(cut)).code).toBe("TRUNCATED_IMAGE");
    expect(areaDigest(board.flash, factory)).toBe(running);
    expect(createHash("md5").update(board.flash.read(0xc000, 0x2000)).digest("hex")).toBe(otadata);
  }));
