import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Command } from "../../../src/core/espota/wire.js";
import { FilesystemTarget, StagedCopy, type Staging } from "../../../src/core/firmware/filesystem-target.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { nodeCrypto } from "../../../src/node/crypto.js";
import { type Chip, chipOf, untouched, update } from "../../support/firmware-chip.js";
import {
  buildArduino,
  buildBundle,
  buildEsp32,
  buildLittleFs,
  buildUser,
  filler,
  gzip,
} from "../../support/images.js";

const area = 0x300000;
const size = 0xfa000;
const record = area / 4096 - 1;

interface Rig extends Chip {
  readonly copy: StagedCopy;
  readonly target: FilesystemTarget;
}

function rig(room: boolean, force: boolean): Rig {
  const chip = chipOf("arduino-esp8266-4m1m");
  chip.chip.program(area, filler(20_000, 4));
  const copy = new StagedCopy(nodeBytes, nodeCrypto, chip.flash, record);
  const staging = (length: number): Staging | undefined => {
    const bytes = Math.ceil(length / 4096) * 4096;
    return room ? { copy, place: { offset: area - 4096 - bytes, size: bytes } } : undefined;
  };
  const target = new FilesystemTarget(
    nodeBytes,
    nodeCrypto,
    chip.flash,
    { offset: area, size },
    staging,
    force,
  );
  return { ...chip, copy, target };
}

const send = (one: Rig, image: Uint8Array): string => update(one.target, image, 1460, Command.Filesystem);

describe("a filesystem", () => {
  it("is staged, verified, and only then copied over the old one", () => {
    const one = rig(true, false);
    const old = Buffer.from(one.chip.read(area, 20_000));
    const places: string[] = [];
    one.chip.hook = ({ address }) => {
      const place = address >= area ? "filesystem" : address >= record * 4096 ? "record" : "staging";
      if (places.at(-1) !== place) places.push(place);
      if (place === "staging") expect(Buffer.from(one.chip.read(area, 20_000)).equals(old)).toBe(true);
      return undefined;
    };
    const image = buildLittleFs(8);
    expect(send(one, image)).toBe("");
    expect(places).toEqual(["staging", "record", "filesystem", "record"]);
    expect(Buffer.from(one.chip.read(area, image.length)).equals(image)).toBe(true);
    expect(one.copy.pending()).toBeUndefined();
  });

  it("erases no block of the old one that is blank, nor one that stays as it is", () => {
    const one = rig(true, false);
    const erases = () => [...one.chip.erases.slice(area / 4096, area / 4096 + 8)];
    const image = buildLittleFs(8);
    expect(send(one, image)).toBe("");
    expect(erases()).toEqual([1, 1, 1, 1, 1, 0, 0, 0]);
    image[5 * 4096 + 100] = 0x5a;
    expect(send(one, image)).toBe("");
    expect(erases()).toEqual([1, 1, 1, 1, 1, 0, 0, 0]);
    image[5 * 4096 + 100] = 0xa5;
    expect(send(one, image)).toBe("");
    expect(erases()).toEqual([1, 1, 1, 1, 1, 1, 0, 0]);
  });

  it("of any size arrives byte for byte and leaves everything behind it alone", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 30_000 }), fc.nat(1000), (length, seed) => {
        const one = rig(true, false);
        one.chip.protect(area + size, one.chip.end, "EEPROM and settings");
        const image = filler(length, seed + 1);
        image[0] = 1;
        expect(send(one, image)).toBe("");
        expect(nodeBytes.equal(one.chip.read(area, length), image)).toBe(true);
        expect(one.chip.violations).toBe(0);
      }),
      { numRuns: 20 },
    );
  });

  it.each([
    ["a sketch", buildArduino(4000)],
    ["firmware", buildEsp32()],
    ["a packed filesystem", gzip(buildLittleFs(8))],
    ["a web page", Buffer.from("<!DOCTYPE html><html></html>")],
    ["a bundle", buildBundle()],
    ["a user image", buildUser()],
  ])("%s is none: refused, and nothing is lost", (_, image) => {
    for (const one of [rig(true, false), rig(false, true)])
      expect(untouched(one, () => send(one, image))).toBe("WRONG_KIND");
  });

  it("is refused where it cannot be staged, before anything is lost", () => {
    const one = rig(false, false);
    expect(untouched(one, () => send(one, buildLittleFs(8)))).toBe("NOT_POWER_SAFE");
  });

  it("is written in place when that is forced", () => {
    const one = rig(false, true);
    const image = buildLittleFs(8);
    expect(send(one, image)).toBe("");
    expect(Buffer.from(one.chip.read(area, image.length)).equals(image)).toBe(true);
  });

  it("that is too large, or an app by mistake, is refused before the first erase", () => {
    const one = rig(true, true);
    expect(untouched(one, () => send(one, new Uint8Array(size + 1)))).toBe("NOT_ENOUGH_SPACE");
    expect(untouched(one, () => send(one, buildBundle()))).toBe("WRONG_KIND");
  });

  it("that stages over an order nobody finished forgets the order first", () => {
    const one = rig(true, false);
    one.copy.order({ source: area - 8192, destination: area, size: 4096, crc: 1 });
    one.chip.hook = ({ address }) => {
      if (address < record * 4096) expect(one.copy.pending()).toBeUndefined();
      return undefined;
    };
    expect(send(one, buildLittleFs(4))).toBe("");
  });
});

it("a copy whose staged bytes have changed is not carried out", () => {
  const one = rig(true, false);
  one.chip.program(area - 8192, filler(4096, 9));
  one.copy.order({ source: area - 8192, destination: area, size: 4096, crc: 12345 });
  const before = one.chip.operations;
  expect(one.copy.carryOut()).toBe(false);
  expect(one.chip.operations).toBe(before);
});

it("somebody else's record is no order, though its checksum be right", () => {
  const one = rig(true, false);
  const order = { source: area - 8192, destination: area, size: 4096, crc: 12345 };
  one.copy.order(order);
  expect(one.copy.pending()).toEqual(order);
  const bytes = Buffer.from(one.chip.read(record * 4096, 28));
  bytes[0] ^= 1;
  bytes.writeUInt32LE(nodeCrypto.crc32(bytes.subarray(0, 24)), 24);
  one.flash.eraseBlock(record, record + 1);
  one.chip.program(record * 4096, bytes);
  expect(one.copy.pending()).toBeUndefined();
});
