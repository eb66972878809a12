import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Board } from "../../../boards/index.js";
import { bootChip } from "../../../src/board/boot-loaders/boot-chip.js";
import { bootText } from "../../../src/board/boot-loaders/outcome.js";
import type { NorFlash } from "../../../src/board/nor-flash.js";
import { RtcMemory } from "../../../src/board/rtc.js";
import { EbootAction, makeEbootCommand } from "../../../src/core/flash/eboot.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { buildEsp32 } from "../../support/images.js";
import { boardNamed } from "../../support/test-bundles.js";
import { chipWith, esp32Chip, recordOperations, sketch } from "./chips.js";

/** Whatever stands in the bytes that a boot loader believes: it ends, and writes only where the vendor's writes. */
type Area = readonly [start: number, end: number];

function boots(board: Board, flash: NorFlash, rtc: RtcMemory, areas: readonly Area[]): void {
  const operations = recordOperations(flash, () => {
    const outcome = bootChip({ board, flash, rtc, resetReason: "software" });
    expect(bootText(outcome)).not.toBe("");
    if (outcome.kind === "image") expect(outcome.offset + outcome.length).toBeLessThanOrEqual(flash.size);
  });
  for (const { address, length } of operations)
    expect(areas.some(([start, end]) => address >= start && address + length <= end)).toBe(true);
  flash.hook = undefined;
}

const word = fc.oneof(fc.constantFrom(0, 1, 2, 3, 4, 0xffffffff), fc.nat(20), fc.nat(0x7fffffff));
const words = (count: number): fc.Arbitrary<Uint8Array> =>
  fc
    .array(word, { minLength: count, maxLength: count })
    .map((values) => new Uint8Array(Uint32Array.from(values).buffer));
const some = (length: number): fc.Arbitrary<Uint8Array> =>
  fc.uint8Array({ minLength: length, maxLength: length });

describe("with any bytes in the places that boot loaders believe", () => {
  const esp32 = boardNamed("esp32-devkit");
  const esp32Base = esp32Chip(esp32, { factory: buildEsp32(), ota_0: buildEsp32({ version: "2" }) });

  it("the second stage ends: otadata", () => {
    fc.assert(
      fc.property(words(8), words(8), (first, second) => {
        const flash = esp32Base.fork();
        flash.program(0xc000, first);
        flash.program(0xd000, second);
        boots(esp32, flash, new RtcMemory(), [[0xc000, 0xe000]]);
      }),
      { numRuns: 300 },
    );
  });

  it("the second stage ends: bits cleared anywhere in table and images", () => {
    const areas: Area[] = [[0, esp32.flashSize]];
    const place = fc.oneof(fc.nat(0x100), fc.integer({ min: 0x8000, max: 0x10000 }));
    fc.assert(
      fc.property(fc.array(fc.tuple(place, fc.nat(255)), { minLength: 1, maxLength: 8 }), (changes) => {
        const flash = esp32Base.fork();
        for (const [at, mask] of changes)
          flash.program(
            at < 0x100 ? 0x10000 + at : at,
            Uint8Array.of(flash.read(at < 0x100 ? 0x10000 + at : at, 1)[0] & mask),
          );
        boots(esp32, flash, new RtcMemory(), areas);
      }),
      { numRuns: 300 },
    );
  });

  const arduino = boardNamed("arduino-esp8266-1m256");
  const arduinoBase = chipWith(arduino, [
    [0, sketch(3, 1)],
    [0x80000, sketch(3, 9)],
  ]);

  it("eboot ends and copies to nowhere but its destination: commands", () => {
    const address = fc.oneof(fc.constantFrom(0, 0x1000, 0x80000, 0xff000, 0x100000, 0xfffff000), word);
    const action = fc.constantFrom(EbootAction.CopyRaw, EbootAction.LoadApp, 0, 7);
    const size = fc.oneof(fc.nat(0x8000), fc.constantFrom(0, 1, 0x7fffffff, 0x80000000, 0xffffffff));
    fc.assert(
      fc.property(action, address, address, size, (kind, source, destination, length) => {
        const rtc = new RtcMemory();
        rtc.write(
          0,
          makeEbootCommand(nodeBytes, { action: kind, source, destination, size: length }) as Uint8Array,
        );
        const end = destination + Math.min(Math.ceil(length / 4096) * 4096, 0x80000000);
        boots(arduino, arduinoBase.fork(), rtc, kind === EbootAction.CopyRaw ? [[destination, end]] : []);
        expect([...rtc.read(0, 4)]).toEqual([0, 0, 0, 0]);
      }),
      { numRuns: 150 },
    );
  });

  it("eboot ends: RTC rubbish starts no copy, a torn sketch no more than a reset", () => {
    fc.assert(
      fc.property(some(128), some(64), (rubbish, header) => {
        const rtc = new RtcMemory();
        rtc.write(0, rubbish);
        const flash = arduinoBase.fork();
        flash.program(0x1000, header);
        boots(arduino, flash, rtc, []);
      }),
      { numRuns: 200 },
    );
  });
});

describe("remembered looks", () => {
  it("do not outlive the bytes they were taken of", () => {
    const board = boardNamed("esp32-devkit");
    const image = buildEsp32({ dromLength: 20000 });
    const flash = esp32Chip(board, { factory: image });
    const sound = (): boolean => {
      const outcome = bootChip({ board, flash, rtc: new RtcMemory(), resetReason: "software" });
      return outcome.kind === "image" && outcome.verdict.sound;
    };
    fc.assert(
      fc.property(fc.nat(image.length - 1), (at) => {
        expect(sound()).toBe(true);
        const was = flash.read(0x10000 + at, 1)[0];
        flash.program(0x10000 + at, Uint8Array.of(0));
        expect(sound()).toBe(was === 0);
        const block = (0x10000 + at) & ~4095;
        flash.eraseBlockAt(block);
        flash.program(block, image.subarray(block - 0x10000, block - 0x10000 + 4096));
      }),
      { numRuns: 100 },
    );
  });
});
