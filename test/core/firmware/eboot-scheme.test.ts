import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCommand } from "../../../src/board/boot-loaders/eboot-command.js";
import { RtcMemory } from "../../../src/board/rtc.js";
import { isFault } from "../../../src/core/errors.js";
import { EbootScheme, type RtcPort } from "../../../src/core/firmware/eboot-scheme.js";
import { FirmwareTarget } from "../../../src/core/firmware/firmware-target.js";
import { boardTarget } from "../../../src/image/board-target.js";
import { nodeImageTools } from "../../../src/image/judge-file.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { type Chip, chipOf, untouched, update } from "../../support/firmware-chip.js";
import { buildArduino, buildEsp32, buildUser, crcOfEboot, gzip } from "../../support/images.js";
import golden from "../../vectors/golden.json" with { type: "json" };

const layout = "arduino-esp8266-4m1m";
const area = 0x300000;

interface Rig extends Chip {
  readonly rtc: RtcMemory;
  readonly scheme: EbootScheme;
  readonly target: FirmwareTarget;
}

function rig(running: Uint8Array, port: Partial<RtcPort> = {}): Rig {
  const chip = chipOf(layout);
  chip.chip.program(0, running);
  const rtc = new RtcMemory();
  const scheme = new EbootScheme(
    nodeImageTools,
    chip.flash,
    {
      read: (offset, length) => rtc.read(offset, length),
      write: (bytes, offset) =>
        rtc.write(offset, new Uint8Array(Buffer.from(nodeBytes.toText(bytes), "latin1"))),
      ...port,
    },
    area,
    boardTarget(chip.board),
    () => undefined,
  );
  return { ...chip, rtc, scheme, target: new FirmwareTarget(nodeImageTools, chip.flash, scheme) };
}

/** Bytes that make a sketch of exactly `size`, a multiple of 16. */
const iromFor = (size: number): number => size - 4096 - 832 - 16;

describe("a sketch for eboot", () => {
  it("is staged at the original's address, and ordered by the original's command", () => {
    const { size, start } = golden.updateStart[0];
    const { sketchSize, free } = golden.freeSketchSpace[0];
    // The running sketch's file is 16 bytes longer than it needs to be at least: 399,984 and what getSketchSize adds.
    const one = rig(buildArduino(iromFor(sketchSize)));
    expect(one.target.capacity(0)).toBe(free);
    const image = buildArduino(iromFor(size));
    expect(image.length).toBe(size);
    const lift = one.chip.confine(Number(start), Number(start) + size, "the staging area");
    expect(update(one.target, image)).toBe("");
    lift();
    expect(Buffer.from(one.chip.read(Number(start), size)).equals(image)).toBe(true);
    const command = one.rtc.read(0, 128);
    const wanted = golden.ebootCommand;
    expect(readCommand(command)).toEqual({
      action: wanted.action,
      source: wanted.args[0],
      destination: wanted.args[1],
      size: wanted.args[2],
    });
    const words = Buffer.from(command);
    expect(words.readUInt32LE(0)).toBe(Number(wanted.magic));
    expect(words.readUInt32LE(124).toString(16)).toBe(wanted.crc32);
    expect(crcOfEboot(command.subarray(0, 124))).toBe(words.readUInt32LE(124));
  });

  it("never touches anything but its own sectors, whatever its size", () => {
    const running = buildArduino(20_000);
    fc.assert(
      fc.property(
        fc.integer({ min: 16, max: 60_000 }),
        fc.integer({ min: 200, max: 5000 }),
        (irom, piece) => {
          const one = rig(running);
          const image = buildArduino(irom & ~3);
          const start = area - Math.ceil(image.length / 4096) * 4096;
          one.chip.confine(start, area, "the staging area");
          expect(update(one.target, image, piece)).toBe("");
          expect(one.chip.violations).toBe(0);
          expect(readCommand(one.rtc.read(0, 128))?.source).toBe(start);
        },
      ),
      { numRuns: 15 },
    );
  });

  it("gets the flash mode of the running one, and is compared as it was sent", () => {
    const one = rig(buildArduino(8000, { mode: 0 }));
    const image = buildArduino(9000, { mode: 2 });
    expect(update(one.target, image)).toBe("");
    const start = readCommand(one.rtc.read(0, 128))?.source ?? 0;
    const staged = Buffer.from(one.chip.read(start, image.length));
    expect(staged[2]).toBe(0);
    staged[2] = 2;
    expect(staged.equals(image)).toBe(true);
  });

  it("turns the mode both ways, however the bytes are cut", () => {
    const one = rig(buildArduino(4000, { mode: 3 }));
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 3, maxLength: 40 }),
        fc.array(fc.integer({ min: 1, max: 9 })),
        (data, cuts) => {
          data[0] = 0xe9;
          let at = 0;
          for (const length of [...cuts, data.length]) {
            // The original looks for the byte in the first buffer; a piece too short to hold it leaves it as it is.
            const piece = data.subarray(at, at === 0 ? Math.max(3, length) : at + length);
            if (piece.length === 0) break;
            const there = one.scheme.toFlash(piece, at);
            if (at === 0) expect(nodeBytes.at(there, 2)).toBe(3);
            expect(nodeBytes.equal(one.scheme.fromFlash(there, at), piece)).toBe(true);
            at += piece.length;
          }
        },
      ),
    );
  });

  it("may come as gzip, which is staged as it is", () => {
    const one = rig(buildArduino(8000, { mode: 0 }));
    const image = gzip(buildArduino(9000, { mode: 2 }));
    expect(update(one.target, image)).toBe("");
    const command = readCommand(one.rtc.read(0, 128));
    expect(command?.size).toBe(image.length);
    expect(Buffer.from(one.chip.read(command?.source ?? 0, image.length)).equals(image)).toBe(true);
  });

  it.each([
    ["for another chip", buildEsp32(), "WRONG_KIND|WRONG_BOARD"],
    ["for boot_v1.x", buildUser(), "WRONG_KIND"],
    ["for a larger flash", buildArduino(4000, { sizeCode: 9 }), "NEW_FLASH_CONFIG_WRONG"],
    ["with a header that is none", Buffer.alloc(5000, 0x55), "BAD_MAGIC_BYTE"],
  ])("%s is refused before the first erase", (_, image, code) => {
    const one = rig(buildArduino(4000));
    expect(untouched(one, () => update(one.target, image))).toMatch(new RegExp(`^(${code})$`));
    expect(readCommand(one.rtc.read(0, 128))).toBeUndefined();
  });

  it("that does not fit beside the running one is refused before the first erase", () => {
    const one = rig(buildArduino(900_000));
    const place = one.scheme.place(area - 900_000);
    expect(isFault(place) && place.code).toBe("NOT_ENOUGH_SPACE");
  });

  it("that turns out damaged is never ordered", () => {
    const one = rig(buildArduino(4000));
    const image = buildArduino(9000);
    image[6000] ^= 1;
    expect(update(one.target, image)).toBe("CORRUPT_IMAGE");
    expect(readCommand(one.rtc.read(0, 128))).toBeUndefined();
  });
});
