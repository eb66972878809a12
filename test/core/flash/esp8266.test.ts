import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { crcMsb, crcMsbStart } from "../../../src/core/flash/crc-msb.js";
import {
  clearEbootCommand,
  EbootAction,
  makeEbootCommand,
  parseEbootCommand,
} from "../../../src/core/flash/eboot-command.js";
import {
  freeSketchSpace,
  largestEqualSketch,
  roundUpToSector,
  sketchSize,
  updateStart,
  webUpdateSpace,
} from "../../../src/core/flash/sketch-space.js";
import {
  freshUserParams,
  makeFlagSector,
  makeUserParams,
  paramsChecksum,
  parseFlagSector,
  parseUserParams,
  runningUserBin,
} from "../../../src/core/flash/user-params.js";
import { parameterSectors, userMapOf } from "../../../src/core/flash/user-slots.js";
import { chunkSource } from "../../../src/core/image/source.js";
import { latin1Bytes, nodeBytes } from "../../../src/node/bytes.js";
import { buildArduino, crcOfEboot } from "../../support/images.js";

interface Golden {
  ebootCommand: { action: number; args: [number, number, number]; crc32: string };
  freeSketchSpace: { layout: string; sketchSize: number; free: number }[];
  updateStart: { layout: string; size: number; start: string }[];
}
const golden: Golden = JSON.parse(
  readFileSync(new URL("../../vectors/golden.json", import.meta.url), "utf8"),
);
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

  test("survives being made and parsed", () => {
    fc.assert(
      fc.property(word, word, word, word, (action, from, to, length) => {
        const given = { action, source: from, destination: to, size: length };
        expect(parseEbootCommand(nodeBytes, makeEbootCommand(nodeBytes, given))).toEqual(given);
      }),
    );
  });

  test("is not one after any byte has changed, or once it was carried out", () => {
    const made = Buffer.from(nodeBytes.toText(makeEbootCommand(nodeBytes, command)), "latin1");
    for (let at = 0; at < made.length; at++) {
      const damaged = Uint8Array.from(made);
      damaged[at] = (damaged[at] ?? 0) ^ 4;
      expect(parseEbootCommand(nodeBytes, damaged)).toBeUndefined();
    }
    expect(parseEbootCommand(nodeBytes, made.subarray(0, 127))).toBeUndefined();
    const cleared = clearEbootCommand(nodeBytes, Uint8Array.from(made));
    expect(cleared.length).toBe(128);
    expect(parseEbootCommand(nodeBytes, cleared)).toBeUndefined();
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
        expect(webUpdateSpace(area, old) % 4096).toBe(0);
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
  });
});

describe("user1 and user2", () => {
  const bit = fc.nat(1);
  const address = fc.nat(0xffffff);
  const params = fc.record({
    useBin: fc.nat(3),
    bootStatus: bit,
    toQio: bit,
    version: fc.integer({ min: 3, max: 30 }),
    testPass: bit,
    testStart: bit,
    enhance: bit,
    testBinAddress: address,
    userBinAddress: address,
  });

  test("parameters survive being made and parsed", () => {
    fc.assert(
      fc.property(params, (given) => {
        const made = makeUserParams(nodeBytes, given);
        expect(made.length).toBe(8);
        expect(parseUserParams(nodeBytes, made)).toEqual(given);
      }),
    );
  });

  test("the flag sector survives being made and parsed", () => {
    const words = fc.tuple(word, word).map((pair): number[] => pair);
    const flags = fc.record({ copy: bit, writeCount: word, checkLengths: words, checksums: words });
    fc.assert(
      fc.property(flags, (given) => {
        const made = makeFlagSector(nodeBytes, given);
        expect(made.length).toBe(32);
        expect(parseFlagSector(nodeBytes, made)).toEqual(given);
      }),
    );
  });

  test("an erased flag sector means the second copy", () => {
    expect(parseFlagSector(nodeBytes, new Uint8Array(32).fill(0xff)).copy).toBe(1);
  });

  test.each([
    [0, 1, 0],
    [1, 1, 1],
    [0, 0, 1],
    [1, 0, 0],
  ])("use_bin %i with status %i starts user%i + 1", (useBin, bootStatus, bin) => {
    expect(runningUserBin({ ...freshUserParams(6), useBin, bootStatus }, 6)).toBe(bin);
  });

  test("parameters of another boot loader, or none, start user1", () => {
    expect(runningUserBin({ ...freshUserParams(4), useBin: 1 }, 6)).toBe(0);
    expect(runningUserBin({ ...freshUserParams(6), useBin: 3 }, 6)).toBe(0);
    expect(runningUserBin(parseUserParams(nodeBytes, new Uint8Array(8).fill(0xff)), 6)).toBe(0);
  });

  test("the checksum is an XOR seeded with EF", () => {
    expect(paramsChecksum(nodeBytes, Uint8Array.of(1, 2, 4, 255), 3)).toBe(0xef ^ 7);
  });

  test("maps say where user2 and the parameters lie", () => {
    const places = [0, 1, 2, 3, 4, 5, 6, 7].map((map) => userMapOf(map)?.user2.toString(16));
    expect(places).toEqual(["41000", undefined, "81000", "81000", "81000", "101000", "101000", undefined]);
    expect(userMapOf(6)?.maxImage).toBe(1024 * 1024 - 4096 - 16384);
    expect(parameterSectors(0x400000)).toBe(0x3fc000);
  });
});
