import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import type { Board } from "../../../boards/index.js";
import { makeFlash } from "../../../src/board/board-flash.js";
import { NorFlash } from "../../../src/board/nor-flash.js";
import { VirtualBoard } from "../../../src/board/virtual-board.js";
import { findFirmware } from "../../../src/host/flash/firmware-package.js";
import type { FlashEvent, FlashJob } from "../../../src/host/flash/job.js";
import { type FlashPlan, flashPlan, planJob } from "../../../src/host/flash/plan.js";
import { SocketLine } from "../../../src/host/flash/socket-line.js";
import { writeJob } from "../../../src/host/flash/write-job.js";
import { espruinoC3, espruinoEsp32, type PackageFiles } from "../../support/espruino-package.js";
import { filler } from "../../support/images.js";
import { ModelLine, serveSerial } from "../../support/model-line.js";
import { boardNamed, esp32, storageOf, witness } from "../../support/test-bundles.js";

function fullPlan(board: Board, files: PackageFiles, storage: Uint8Array): FlashPlan {
  return flashPlan(board, { firmware: findFirmware(board, new Map(Object.entries(files))), storage });
}

/** A job of a few pieces, without Espruino. */
function smallJob(more: Partial<FlashJob> = {}): FlashJob {
  const pieces = [0x10000, 0x20000, 0x40000].map((address, index) => {
    const bytes = filler(40_000, index + 1);
    return { address, bytes, md5: createHash("md5").update(bytes).digest("hex"), what: `part ${index}` };
  });
  return { chip: "esp32", flashSize: 0x400000, pieces, erase: false, baud: 115200, ...more };
}

const holds = (flash: NorFlash, piece: { address: number; bytes: Uint8Array }): boolean =>
  Buffer.from(flash.read(piece.address, piece.bytes.length)).equals(Buffer.from(piece.bytes));

describe.concurrent("what was planned is on the chip, byte for byte, and the board starts from it", () => {
  test.each([
    ["esp32-devkit", espruinoEsp32(), "esp32", "witness@1.0.0"],
    ["esp32c3-ota", espruinoC3(), "esp32c3", "none"],
  ] as const)("%s", async (id, files, chip, app) => {
    const board = boardNamed(id);
    const inside = app === "witness@1.0.0" ? { app: await witness() } : {};
    const storage = await storageOf({ password: "admin", ...inside }, board);
    const plan = fullPlan(board, files, storage);
    const flash = makeFlash(board);
    // Leftovers of another life, which the plan has to get rid of where they matter.
    flash.program(0x8000, filler(3000, 5));
    flash.program(board.espruino?.storage.offset ?? 0, filler(5000, 6));
    let starts = 0;
    const line = new ModelLine({ chip, flash, onRun: () => starts++ });
    const events: FlashEvent[] = [];
    const result = await writeJob(line, planJob(plan), { onEvent: (event) => events.push(event) });
    for (const part of plan.parts) expect([part.what, holds(flash, part)]).toEqual([part.what, true]);
    expect(flash.violations).toBe(0);
    expect(result.written + result.same).toBe(plan.parts.reduce((sum, { bytes }) => sum + bytes.length, 0));
    expect(events.at(-1)).toEqual({ event: "restarted" });
    expect([starts, line.inLoader, line.isOpen]).toEqual([2, false, false]);

    const virtual = new VirtualBoard({ board, flash, speed: 20 });
    try {
      await virtual.start();
      const started = virtual.events.find(({ event }) => event === "firmware")?.["text"];
      expect(started).toMatch(/factory/);
      expect(await virtual.waitFor("ready", 20_000, 0)).toMatchObject({ app });
    } finally {
      await virtual.stop();
    }
  });
});

describe.concurrent("nothing is written to", () => {
  test("a board with another chip", async () => {
    const flash = new NorFlash({ size: 0x400000, blockLength: 4096 });
    const line = new ModelLine({ chip: "esp32c3", flash });
    await expect(writeJob(line, smallJob())).rejects.toMatchObject({
      code: "WRONG_BOARD",
      message: expect.stringMatching(/ESP32-C3.*ESP32; nothing was written/),
    });
    expect([flash.operations, line.isOpen]).toEqual([0, false]);
  });

  test("a chip with too little flash", async () => {
    const flash = new NorFlash({ size: 0x200000, blockLength: 4096 });
    const line = new ModelLine({ chip: "esp32", flash });
    await expect(writeJob(line, smallJob())).rejects.toMatchObject({ code: "FLASH_TOO_SMALL" });
    expect(flash.operations).toBe(0);
  });

  test.each([
    ["silent", () => new Uint8Array(0)],
    ["babbling", () => Buffer.from("$GPGGA,123519,4807.038,N*47\r\n\xc0\x01\xc0", "latin1")],
    ["echoing", (sent: Uint8Array) => sent],
  ])("a port that is %s", async (_what, noise) => {
    const line = new ModelLine({ chip: "esp32", flash: makeFlash(esp32) }, noise);
    await expect(writeJob(line, smallJob(), { attempts: 1 })).rejects.toMatchObject({
      code: "NO_BOARD_ON_PORT",
    });
    expect(line.isOpen).toBe(false);
  });

  test("a server that cannot be reached", async () => {
    const server = await serveSerial("esp32", makeFlash(esp32));
    await server.close();
    await expect(writeJob(new SocketLine("127.0.0.1", server.port), smallJob())).rejects.toMatchObject({
      code: "PORT_NOT_OPENED",
    });
  });
});

describe.concurrent("a cable pulled half-way", () => {
  test("is said at once, and the same command goes on where it was", async () => {
    const flash = new NorFlash({ size: 0x400000, blockLength: 4096 });
    const job = smallJob();
    const line = new ModelLine({ chip: "esp32", flash });
    const pulled = writeJob(line, job, {
      onEvent: (event) => event.event === "writing" && event.what === "part 1" && line.pullAfterMore(20_000),
    });
    await expect(pulled).rejects.toMatchObject({
      code: "CABLE_LOST",
      remedy: expect.stringContaining("run the same command"),
    });
    expect(job.pieces.map((piece) => holds(flash, piece))).toEqual([true, false, false]);
    const events: FlashEvent[] = [];
    const again = new ModelLine({ chip: "esp32", flash });
    const result = await writeJob(again, job, { onEvent: (event) => events.push(event) });
    expect(result).toEqual({ written: 80_000, same: 40_000 });
    expect(events.filter(({ event }) => event === "same")).toMatchObject([{ what: "part 0" }]);
    expect(job.pieces.map((piece) => holds(flash, piece))).toEqual([true, true, true]);
  });

  test("Ctrl-C ends it the same way", async () => {
    const cancel = new AbortController();
    const line = new ModelLine({ chip: "esp32", flash: makeFlash(esp32) });
    const onEvent = (event: FlashEvent) => event.event === "writing" && cancel.abort();
    await expect(writeJob(line, smallJob(), { onEvent, signal: cancel.signal })).rejects.toMatchObject({
      code: "FLASH_CANCELLED",
    });
    expect(line.isOpen).toBe(false);
  });
});

test.concurrent("a cell that does not take what is written is found, after a second try", async () => {
  const flash = new NorFlash({ size: 0x400000, blockLength: 4096 });
  const worn = new Proxy(flash, {
    get: (target, name) => {
      if (name === "program")
        return (address: number, data: Uint8Array) => {
          const stuck = Uint8Array.from(data);
          if (address <= 0x20005 && address + data.length > 0x20005) stuck[0x20005 - address] = 0;
          target.program(address, stuck);
        };
      const value: unknown = Reflect.get(target, name, target);
      return typeof value === "function" ? value.bind(target) : value;
    },
  });
  const events: FlashEvent[] = [];
  const line = new ModelLine({ chip: "esp32", flash: worn });
  await expect(writeJob(line, smallJob(), { onEvent: (event) => events.push(event) })).rejects.toMatchObject({
    code: "FLASH_VERIFY_FAILED",
    message: expect.stringContaining("part 1 at 0x20000"),
  });
  expect(flash.erases[0x20]).toBe(1);
  expect(events.filter(({ event }) => event === "verified")).toHaveLength(1);
});

test.concurrent("erasing first clears what no part covers", async () => {
  const flash = new NorFlash({ size: 0x400000, blockLength: 4096 });
  flash.program(0x300000, filler(5000));
  const line = new ModelLine({ chip: "esp32", flash });
  await writeJob(line, smallJob({ erase: true, pieces: smallJob().pieces.slice(0, 1) }));
  expect(flash.isBlank(0x300000, 0x10000)).toBe(true);
  expect(holds(flash, smallJob().pieces[0])).toBe(true);
});

test.concurrent("over a real TCP connection, to a board that is held in its loader", async () => {
  const flash = makeFlash(esp32);
  const server = await serveSerial("esp32", flash);
  try {
    const result = await writeJob(new SocketLine("127.0.0.1", server.port), smallJob({ baud: 921600 }));
    expect(result.written).toBe(120_000);
    expect(smallJob().pieces.every((piece) => holds(flash, piece))).toBe(true);
  } finally {
    await server.close();
  }
});
