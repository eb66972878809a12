import { gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { bootEboot } from "../../../src/board/boot-loaders/eboot.js";
import {
  findFlashCommand,
  flashCommandSector,
  writeFlashCommand,
} from "../../../src/board/boot-loaders/eboot-persistent.js";
import type { BootOutcome } from "../../../src/board/boot-loaders/outcome.js";
import type { NorFlash } from "../../../src/board/nor-flash.js";
import { tearModes, tearOf } from "../../../src/board/power-cut.js";
import { RtcMemory } from "../../../src/board/rtc.js";
import { EbootAction, makeEbootCommand } from "../../../src/core/flash/eboot.js";
import { boardTarget } from "../../../src/image/board-target.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { boardNamed } from "../../support/test-bundles.js";
import { chipWith, cutDuring, sketch } from "./chips.js";

const board = boardNamed("arduino-esp8266-4m1m");
const area = board.layout.kind === "eboot" ? board.layout.area : 0;
const sector = flashCommandSector(area);
const staging = 0x200000;
const first = sketch(3, 100);
const second = sketch(3, 200);

function start(flash: NorFlash): BootOutcome {
  const target = boardTarget(board);
  const rtc = new RtcMemory();
  rtc.losePower();
  return bootEboot({ flash, rtc, target, area, commandSector: sector, allowBlankFirmware: false });
}

function order(flash: NorFlash, size: number, source = staging): void {
  const command = { action: EbootAction.CopyRaw, source, destination: 0, size };
  writeFlashCommand(flash, sector, makeEbootCommand(nodeBytes, command) as Uint8Array);
}

function holds(flash: NorFlash): "first" | "second" | "else" {
  const outcome = start(flash);
  if (outcome.kind !== "image" || !outcome.verdict.sound) return "else";
  const there = Buffer.from(flash.read(0, outcome.verdict.length));
  if (there.equals(first.subarray(0, there.length))) return "first";
  return there.equals(second.subarray(0, there.length)) ? "second" : "else";
}

/** The variant is no vendor's: that it is safe is the reason why it exists. */
describe("eboot with its command in flash", () => {
  const images: [string, Uint8Array][] = [
    ["raw", second],
    ["gzip", gzipSync(second)],
  ];

  it.each(images)(
    "ends with the old or the new sketch after every cut, the order included (%s)",
    (_, image) => {
      const base = chipWith(board, [
        [0, first],
        [staging, image],
      ]);
      let operation = 0;
      for (let cut = true; cut; operation++)
        for (const mode of tearModes) {
          const flash = base.fork();
          cut = cutDuring(flash, operation, tearOf(mode, operation + 1), () => {
            order(flash, image.length);
            start(flash);
          });
          // The order itself is the first operation; torn, it is none.
          const expected = operation === 0 && mode !== "complete" ? "first" : "second";
          expect(holds(flash), `operation ${operation}, ${mode}`).toBe(expected);
        }
      expect(operation).toBeGreaterThan(2 * 17 + 2);
    },
  );

  it("survives a second cut in the recovery", () => {
    const base = chipWith(board, [
      [0, first],
      [staging, second],
    ]);
    order(base, second.length);
    for (let one = 0; one < 34; one += 3)
      for (let two = 0; two < 34; two += 5) {
        const flash = base.fork();
        cutDuring(flash, one, tearOf("bits", one + 1), () => void start(flash));
        cutDuring(flash, two, tearOf("half"), () => void start(flash));
        expect(holds(flash)).toBe("second");
      }
  });

  it("compares before it clears, and clears once", () => {
    const flash = chipWith(board, [
      [0, first],
      [staging, second],
    ]);
    order(flash, second.length);
    const outcome = start(flash);
    expect(outcome.console.split("\n").slice(1)).toEqual(["@cp:B0", "cmp:0", "ld", ""]);
    expect(findFlashCommand(flash, sector)).toBeUndefined();
    const operations = flash.operations;
    expect(start(flash).console).toContain("~ld");
    expect(flash.operations).toBe(operations);
  });

  it("never writes its own sector, and then says that the image is not the one that was staged", () => {
    const other = Buffer.from(second);
    other[100] ^= 0xff;
    const flash = chipWith(board, [
      [0, first],
      [staging, other],
    ]);
    const lift = flash.protect(0, 0x1000, "eboot");
    order(flash, other.length);
    expect(holds(flash)).toBe("second");
    lift();
  });

  it("drops an order that a cut could spoil, and one whose image does not inflate", () => {
    const overlapping = chipWith(board, [
      [0, first],
      [0x2000, second],
    ]);
    order(overlapping, second.length, 0x2000);
    expect(start(overlapping).console).toContain("@no");
    const file = gzipSync(second);
    const flash = chipWith(board, [
      [0, first],
      [staging, Buffer.concat([file.subarray(0, 20), Buffer.from([7, 7]), file.subarray(-8)])],
    ]);
    order(flash, 30);
    expect(holds(flash)).toBe("first");
  });

  it("finds room for more orders than the sector holds", () => {
    const flash = chipWith(board, [
      [0, first],
      [staging, second],
    ]);
    for (let i = 0; i < 70; i++) {
      order(flash, second.length);
      expect(start(flash).console).toContain("cmp:0");
    }
    expect(holds(flash)).toBe("second");
  });
});
