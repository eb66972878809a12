import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { bootChip } from "../../../src/board/boot-loaders/boot-chip.js";
import type { BootOutcome } from "../../../src/board/boot-loaders/outcome.js";
import type { NorFlash } from "../../../src/board/nor-flash.js";
import { type ResetReason, RtcMemory } from "../../../src/board/rtc.js";
import { EbootAction, makeEbootCommand } from "../../../src/core/flash/eboot.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { buildArduino, filler } from "../../support/images.js";
import { boardNamed } from "../../support/test-bundles.js";
import { chipWith, cutDuring, recordOperations, sketch } from "./chips.js";

const board = boardNamed("arduino-esp8266-4m1m");
const staging = 0x200000;
const first = sketch(6, 100);
const second = sketch(6, 200);
const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");

function order(
  rtc: RtcMemory,
  size: number,
  source = staging,
  destination = 0,
  action = EbootAction.CopyRaw,
): void {
  rtc.write(0, makeEbootCommand(nodeBytes, { action, source, destination, size }) as Uint8Array);
}

function start(flash: NorFlash, rtc: RtcMemory, resetReason: ResetReason = "software"): BootOutcome {
  return bootChip({ board, flash, rtc, resetReason });
}

function staged(image: Uint8Array = second): { flash: NorFlash; rtc: RtcMemory } {
  const rtc = new RtcMemory();
  order(rtc, image.length);
  return {
    flash: chipWith(board, [
      [0, first],
      [staging, image],
    ]),
    rtc,
  };
}

function runs(outcome: BootOutcome): "first" | "second" | "mixture" | "nothing" {
  if (outcome.kind !== "image") return "nothing";
  if (!outcome.verdict.sound) return "mixture";
  const digest = outcome.verdict.md5;
  if (digest === md5(first.subarray(0, outcome.verdict.length))) return "first";
  return digest === md5(second.subarray(0, outcome.verdict.length)) ? "second" : "mixture";
}

describe("eboot", () => {
  const version = first.readUInt32LE(0x1010).toString(16).padStart(8, "0");
  const newVersion = second.readUInt32LE(0x1010).toString(16).padStart(8, "0");

  it("starts the sketch when there is no command, and prints what the original prints", () => {
    const flash = chipWith(board, [[0, first]]);
    const outcome = start(flash, new RtcMemory(), "power-on");
    expect(outcome).toMatchObject({ kind: "image", slot: "sketch", offset: 0, resets: 0 });
    expect(outcome.console).toBe(`v${version}\n~ld\n`);
    expect(runs(outcome)).toBe("first");
    expect(flash.operations).toBe(0);
  });

  it.each([
    ["raw", second],
    ["gzip", gzipSync(second)],
  ])("copies a %s image, leaves its own identical sector alone and clears the command", (_, image) => {
    const { flash, rtc } = staged(image);
    const before = rtc.read(4, 120);
    const operations = recordOperations(flash, () => {
      const outcome = start(flash, rtc);
      expect(outcome.console).toBe(`v${version}\n@cp:B0\nld\n`);
      expect(runs(outcome)).toBe("second");
    });
    expect(operations.filter(({ kind }) => kind === "erase").map(({ address }) => address)).toEqual([
      0x1000, 0x2000, 0x3000, 0x4000, 0x5000,
    ]);
    expect([...rtc.read(0, 4), ...rtc.read(124, 4)]).toEqual([0, 0, 0, 0, 0, 0, 0, 0]);
    expect(rtc.read(4, 120)).toEqual(before);
    expect(start(flash, rtc).console).toBe(`v${newVersion}\n~ld\n`);
  });

  it("fills the last sector of an inflated image with FF and does not compare gzip's CRC", () => {
    const short = second.subarray(0, 5 * 4096 + 100);
    const file = gzipSync(short);
    file.writeUInt32LE(0x12345678, file.length - 8);
    const { flash, rtc } = staged(file);
    expect(start(flash, rtc).console).toContain("@cp:B0\n");
    expect(Buffer.from(flash.read(0, short.length)).equals(short)).toBe(true);
    expect(flash.isBlank(short.length, 4096 - 100)).toBe(true);
  });

  it("writes what a damaged gzip file gives up to the damage, then starts what is there", () => {
    const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3]);
    const stored = Buffer.from([0, 0x00, 0x20, 0xff, 0xdf]);
    const noBlock = Buffer.from([7]);
    const tail = Buffer.alloc(8);
    tail.writeUInt32LE(second.length, 4);
    const { flash, rtc } = staged(Buffer.concat([header, stored, second.subarray(0, 0x2000), noBlock, tail]));
    const outcome = start(flash, rtc);
    expect(outcome.console).toContain("@cp:B6\n");
    expect(outcome.resets).toBe(1);
    expect(flash.read(0x1000, 4096)).toEqual(new Uint8Array(second.subarray(0x1000, 0x2000)));
    expect(runs(outcome)).toBe("mixture");
  });

  it("inflates as it goes: staged bytes that the copy overtakes are lost", () => {
    const image = Buffer.concat([first.subarray(0, 0x1000), Buffer.alloc(0x8000), filler(0x4000, 77)]);
    const file = gzipSync(image);
    const copied = (source: number): boolean => {
      const rtc = new RtcMemory();
      order(rtc, file.length, source);
      const flash = chipWith(board, [
        [0, first],
        [source, file],
      ]);
      start(flash, rtc);
      return Buffer.from(flash.read(0, image.length)).equals(image);
    };
    expect(copied(0x20000)).toBe(true);
    expect(copied(0x3000)).toBe(false);
    // Here the copy comes to the staged bytes only after they were read.
    expect(copied(0xc000)).toBe(true);
  });

  it.each([
    ["a source that is not aligned", 1, () => ({ source: staging + 4 })],
    ["a source behind the chip", 3, () => ({ source: 0x400000 })],
    ["a destination behind the chip", 2, () => ({ destination: 0x400000 })],
  ])("answers %s with %i, forgets the command and starts the old sketch", (_, code, change) => {
    const { flash, rtc } = staged();
    const { source, destination } = { source: staging, destination: 0, ...change() };
    order(rtc, second.length, source, destination);
    const outcome = start(flash, rtc);
    expect(outcome.console).toBe(`v${version}\n@cp:${code}\nv${version}\n~ld\n`);
    expect(outcome.resets).toBe(1);
    expect(runs(outcome)).toBe("first");
  });

  it("copies nothing for sizes that its signed arithmetic turns negative", () => {
    const { flash, rtc } = staged();
    order(rtc, 0x80000000);
    expect(start(flash, rtc).console).toContain("cp:0\nld\n");
    expect(flash.operations).toBe(0);
  });

  it("takes the command of the golden vector", () => {
    const golden = JSON.parse(readFileSync("test/vectors/golden.json", "utf8")) as {
      ebootCommand: { args: [number, number, number]; crc32: string };
    };
    const [source, destination, size] = golden.ebootCommand.args;
    const rtc = new RtcMemory();
    order(rtc, size, source, destination);
    expect(Buffer.from(rtc.read(124, 4)).readUInt32LE().toString(16)).toBe(golden.ebootCommand.crc32);
    const flash = chipWith(board, [
      [0, first],
      [source, second],
    ]);
    expect(runs(start(flash, rtc))).toBe("second");
    // 100 sectors, of which the first was skipped.
    expect(flash.operations).toBe(99 * 17);
  });

  it("starts half a sketch without a word, which only the verdict tells", () => {
    const image = buildArduino();
    const flash = chipWith(board, [[0, image]]);
    const whole = start(flash, new RtcMemory());
    expect(whole).toMatchObject({ kind: "image", verdict: { sound: true, length: image.length } });
    flash.program(0x1400, new Uint8Array(16));
    const broken = start(flash, new RtcMemory());
    expect(broken).toMatchObject({ kind: "image", verdict: { sound: false, md5: "" } });
  });

  it("says that the ROM finds nothing when its own sector is gone", () => {
    const flash = chipWith(board, [[0, first]]);
    flash.eraseBlockAt(0);
    expect(start(flash, new RtcMemory())).toMatchObject({
      kind: "nothing",
      reason: expect.stringContaining("the ROM"),
    });
    expect(
      bootChip({
        board,
        flash: chipWith(board, []),
        rtc: new RtcMemory(),
        resetReason: "pin",
        allowBlankFirmware: true,
      }),
    ).toMatchObject({ kind: "virtual", slot: "sketch" });
  });
});

/** Observed on the shipped binary: an update of 24 KB is ten flash operations, five erases and five writes. */
describe("eboot cut after each of the ten operations of a 24 KB update", () => {
  // The model writes a sector in 16 pages: operation 0 is an erase, 16 the last page, 17 the next erase.
  const cuts = Array.from({ length: 10 }, (_, index) => Math.floor(index / 2) * 17 + (index % 2) * 16);

  it("resumes every time while RTC memory lives", () => {
    const results = cuts.map((cut) => {
      const { flash, rtc } = staged();
      expect(cutDuring(flash, cut, { mode: "complete" }, () => start(flash, rtc))).toBe(true);
      return runs(start(flash, rtc, "watchdog"));
    });
    expect(results).toEqual(new Array(10).fill("second"));
  });

  it("with RTC memory lost finds no header after the first erase, and later starts a mixture", () => {
    const results = cuts.map((cut) => {
      const { flash, rtc } = staged();
      cutDuring(flash, cut, { mode: "complete" }, () => start(flash, rtc));
      return runs(start(flash, rtc, "power-on"));
    });
    expect(results).toEqual(["nothing", ...new Array(8).fill("mixture"), "second"]);
  });

  it("never comes back to the first sketch by itself", () => {
    const { flash, rtc } = staged();
    cutDuring(flash, 40, { mode: "half" }, () => start(flash, rtc));
    for (let i = 0; i < 3; i++) expect(runs(start(flash, rtc, "power-on"))).toBe("mixture");
  });
});
