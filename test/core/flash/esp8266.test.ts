import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readCommand } from "../../../src/board/boot-loaders/eboot-command.js";
import {
  crcMsb,
  crcMsbStart,
  EbootAction,
  freeSketchSpace,
  largestEqualSketch,
  makeEbootCommand,
  roundUpToSector,
  sketchSize,
  updateStart,
} from "../../../src/core/flash/eboot.js";
import { chunkSource } from "../../../src/core/image/source.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { buildArduino, crcOfEboot } from "../../support/images.js";
import { latin1Bytes } from "../../support/latin1-bytes.js";
import golden from "../../vectors/golden.json" with { type: "json" };

const word = fc.integer({ min: 0, max: 0xffffffff });

describe("eboot's command", () => {
  const [source, destination, size] = golden.ebootCommand.args;
  const command = { action: EbootAction.CopyRaw, source, destination, size };

  test("has the golden CRC", () => {
    const made = Buffer.from(nodeBytes.toText(makeEbootCommand(nodeBytes, command)), "latin1");
    expect(made.length).toBe(128);
    expect(made.readUInt32LE(124).toString(16)).toBe(golden.ebootCommand.crc32);
    expect(latin1Bytes.toText(makeEbootCommand(latin1Bytes, command))).toBe(made.toString("latin1"));
  });

  test("survives being made and read by eboot", () => {
    fc.assert(
      fc.property(word, word, word, word, (action, from, to, length) => {
        const given = { action, source: from, destination: to, size: length };
        expect(readCommand(makeEbootCommand(nodeBytes, given) as Uint8Array)).toEqual(given);
      }),
    );
  });

  test("is not one after any byte has changed, or once it was carried out", () => {
    const made = Buffer.from(nodeBytes.toText(makeEbootCommand(nodeBytes, command)), "latin1");
    for (let at = 0; at < made.length; at++) {
      const damaged = Uint8Array.from(made);
      damaged[at] = (damaged[at] ?? 0) ^ 4;
      expect(readCommand(damaged)).toBeUndefined();
    }
    const cleared = Uint8Array.from(made).fill(0, 0, 4).fill(0, 124);
    expect(readCommand(cleared)).toBeUndefined();
  });

  test("the CRC by nibbles is the CRC by bits, in one piece or several", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.nat(200), (bytes, cut) => {
        const first = crcMsb(nodeBytes, crcMsbStart, bytes.subarray(0, cut));
        expect(crcMsb(nodeBytes, first, bytes.subarray(cut))).toBe(crcOfEboot(bytes));
      }),
    );
  });
});

describe("Arduino's sketch space", () => {
  const area = 3145728;

  test("has the golden values of 4m1m", () => {
    for (const { sketchSize: sketch, free } of golden.freeSketchSpace)
      expect(freeSketchSpace(area, sketch)).toBe(free);
    for (const { size, start } of golden.updateStart)
      expect(updateStart(area, 400000, size)).toBe(Number(start));
  });

  test("is what both sketches together leave", () => {
    const size = fc.integer({ min: 1, max: area });
    fc.assert(
      fc.property(size, size, (old, next) => {
        const start = updateStart(area, old, next);
        const fits = roundUpToSector(old) + roundUpToSector(next) <= area;
        expect(start).toBe(fits ? area - roundUpToSector(next) : -1);
        expect(freeSketchSpace(area, old) >= roundUpToSector(next)).toBe(fits);
      }),
    );
  });

  test("fits a sketch of the largest equal size twice, and no larger one", () => {
    for (const bytes of [503808, 1028096, 2097152]) {
      const most = largestEqualSketch(bytes);
      expect(updateStart(bytes, most, most)).toBeGreaterThan(0);
      expect(updateStart(bytes, most + 1, most + 1)).toBe(-1);
    }
    expect(largestEqualSketch(1028096)).toBe(512000);
  });

  test("measures the sketch in flash by its headers", () => {
    const file = buildArduino(5000);
    const flash = Buffer.concat([file, Buffer.alloc(20000, 0xff)]);
    expect(sketchSize(nodeBytes, chunkSource(flash))).toBe(file.length);
    expect(sketchSize(nodeBytes, chunkSource(new Uint8Array(9000).fill(0xff)))).toBe(0);
    expect(sketchSize(nodeBytes, chunkSource(file.subarray(0, 0x1004)))).toBe(0);
    expect(sketchSize(nodeBytes, chunkSource(file.subarray(0, 0x1100)))).toBe(0);
    const bare = Buffer.alloc(0x1010);
    bare.set([0xe9, 1], 0x1000);
    expect(sketchSize(nodeBytes, chunkSource(bare))).toBe(0x1020);
    expect(sketchSize(nodeBytes, chunkSource(bare.subarray(0, 0x100f)))).toBe(0);
    bare[0x1001] = 0;
    expect(sketchSize(nodeBytes, chunkSource(bare.subarray(0, 0x1008)))).toBe(0x1010);
    expect(sketchSize(nodeBytes, chunkSource(bare.subarray(0, 0x1007)))).toBe(0);
    bare.set([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], 0x1001);
    expect(sketchSize(nodeBytes, chunkSource(bare))).toBe(0);
  });
});
