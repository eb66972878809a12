import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Fault } from "../../../src/core/errors.js";
import { imageHeadLength, judgeHead, judgeImage } from "../../../src/core/image/judge.js";
import { anyTarget, type ByteSource, type ImageTarget } from "../../../src/core/image/source.js";
import { catalogEntry } from "../../../src/errors/sluice-error.js";
import { judgeBytes, nodeImageTools } from "../../../src/image/judge-file.js";
import { buildDevs } from "../../support/devs-image.js";
import {
  buildArduino,
  buildBundle,
  buildEsp32,
  buildEsp8266,
  buildFat,
  buildLittleFs,
  buildSpiffs,
  buildUser,
  filler,
  gzip,
} from "../../support/images.js";

/** A source that fails the test when anything beyond its end is read, or when it is read far too often. */
function guarded(image: Uint8Array): ByteSource {
  let reads = 0;
  return {
    size: image.length,
    read: (offset, length) => {
      if (!Number.isInteger(offset) || offset < 0 || length < 0 || offset + length > image.length)
        throw new RangeError(`read of ${length} bytes at ${offset} of ${image.length}`);
      if (++reads > 5000) throw new Error("judging does not end");
      return image.subarray(offset, offset + length);
    },
  };
}

function judge(image: Uint8Array, target: ImageTarget = anyTarget): Fault | undefined {
  const whole = judgeImage(nodeImageTools, guarded(image), target).fault;
  const head = judgeHead(nodeImageTools, image.subarray(0, imageHeadLength), image.length, target).fault;
  if (head !== undefined) expect(whole).toBeDefined();
  return whole;
}

/** A fault that a person can act on. */
function expectUseful(fault: Fault | undefined): void {
  expect(fault).toBeDefined();
  expect(catalogEntry(fault?.code ?? "")?.remedy).toBeTruthy();
  expect(fault?.text.length).toBeGreaterThan(7);
}

const covered: [string, Uint8Array][] = [
  ["ESP32", buildEsp32()],
  ["ESP32-C3", buildEsp32({ chip: 5, dromLength: 512 })],
  ["Arduino", buildArduino(300)],
  ["user, Python 2", buildUser({ iromLength: 256 })],
  ["user, Python 3", buildUser({ iromLength: 256, trailer: "python3" })],
  ["sealed bytecode", buildDevs({ sealed: true })],
];
const all: [string, Uint8Array][] = [
  ...covered,
  ["ESP8266", buildEsp8266()],
  ["ESP32 without hash", buildEsp32({ hash: false })],
  ["gzip", gzip(buildArduino(300))],
  ["bundle", buildBundle()],
  ["bytecode", buildDevs()],
  ["LittleFS", buildLittleFs(2)],
  ["SPIFFS", buildSpiffs(4)],
  ["FAT", buildFat(16)],
];

describe("one flipped byte", () => {
  test.each(covered)("anywhere in an image with a hash or CRC (%s) is a fault", (_, image) => {
    for (let at = 0; at < image.length; at++) {
      const damaged = Uint8Array.from(image);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
      const fault = judge(damaged);
      if (fault === undefined) expect.fail(`byte ${at} flipped and nothing said`);
      else expectUseful(fault);
    }
  });

  test.each(all)("in the header (%s) never throws, never reads outside", (_, image) => {
    for (let at = 0; at < Math.min(96, image.length); at++)
      for (const mask of [1, 0x80, 0xff]) {
        const damaged = Uint8Array.from(image);
        damaged[at] = (damaged[at] ?? 0) ^ mask;
        const fault = judge(damaged);
        if (fault !== undefined) expectUseful(fault);
      }
  });

  test("in the segments of an image without hash is found by the checksum", () => {
    const image = buildEsp8266();
    for (let at = 16; at < 16 + 640; at++) {
      const damaged = Uint8Array.from(image);
      damaged[at] = (damaged[at] ?? 0) ^ 0x10;
      expect(judge(damaged)?.code).toBe("CORRUPT_IMAGE");
    }
  });

  test("in a gzip file is found, or changes nothing of what it holds", () => {
    const content = buildArduino(300);
    const packed = gzip(content);
    for (let at = 0; at < packed.length; at++) {
      const damaged = Uint8Array.from(packed);
      damaged[at] = (damaged[at] ?? 0) ^ (1 << (at % 8));
      const judged = judgeBytes(damaged, anyTarget);
      if (judged.fault === undefined) expect(judged.inner?.hashChecked).toBe(true);
      else expectUseful(judged.fault);
    }
  });
});

describe("a truncated image", () => {
  const exact = all.filter(([name]) => !["FAT", "SPIFFS", "sealed bytecode"].includes(name));
  test.each(exact)("(%s) is a fault at every length", (name, image) => {
    const step = Math.max(1, Math.floor(image.length / 900));
    for (let length = 0; length < image.length; length += step) {
      // Without its CRC a user image is one of rBoot's.
      if (name.startsWith("user") && length === image.length - 4) continue;
      expectUseful(judgeBytes(image.subarray(0, length), anyTarget).fault);
    }
    expectUseful(judgeBytes(image.subarray(0, image.length - 1), anyTarget).fault);
  });
});

describe("absurd headers", () => {
  test("lengths near 2^32 end in an error", () => {
    for (const length of [0xffffffff, 0x80000000, 0x7ffffff0, 0x01000000, 0x00ffffff]) {
      const esp32 = Buffer.from(buildEsp32());
      esp32.writeUInt32LE(length, 28);
      expectUseful(judge(esp32));
      const user = Buffer.from(buildUser());
      user.writeUInt32LE(length, 12);
      expectUseful(judge(user));
    }
  });

  test("overlapping segments are named", () => {
    const overlap = buildEsp32({
      segments: [
        { address: 0x40080000, data: filler(256) },
        { address: 0x400800f0, data: filler(256, 2) },
      ],
    });
    expect(judge(overlap)?.text).toContain("overlap");
  });

  test("a mapped segment in the wrong place of its page is named", () => {
    const misplaced = buildEsp32({
      segments: [
        { address: 0x3f400000, data: filler(256) },
        { address: 0x40080000, data: filler(256, 2) },
      ],
    });
    expect(judge(misplaced)?.text).toContain("flash cache");
  });

  test("an entry point outside the image is named", () => {
    expect(judge(buildEsp32({ entry: 0x40090000 }))?.text).toContain("entry point");
    expect(judge(buildUser({ entry: 0x40200000 }))?.text).toContain("entry point");
  });

  test("no segments, or seventeen, are refused", () => {
    for (const count of [0, 17, 255]) {
      const image = buildEsp32();
      image[1] = count;
      expect(judge(image)?.text).toContain(`${count} segments`);
    }
  });

  test("bytes behind a gzip file are refused: eboot takes the last four for its length", () => {
    const longer = Buffer.concat([gzip(buildArduino(300)), Buffer.from([0, 0, 0, 0, 0x00, 0x40, 0, 0])]);
    expectUseful(judgeBytes(longer, anyTarget).fault);
  });

  test("a gzip bomb is refused by its own length, or when it lies about it", () => {
    const bomb = gzip(new Uint8Array(20_000_000));
    const target = { ...anyTarget, inflatedRoom: 1_000_000 };
    expect(judgeBytes(bomb, target).fault?.code).toBe("NOT_ENOUGH_SPACE");
    expect(judgeBytes(bomb, anyTarget).fault?.code).toBe("NOT_ENOUGH_SPACE");
    const liar = Buffer.from(bomb);
    liar.writeUInt32LE(4096, liar.length - 4);
    expect(judgeBytes(liar, target).fault?.text).toContain("more than the 4096 bytes it promises");
  });
});

test("no bytes at all make the judge throw, hang or read outside", () => {
  const patch = fc.tuple(fc.nat(4600), fc.uint8Array({ minLength: 1, maxLength: 8 }));
  const target = fc.record({
    boot: fc.constantFrom<ImageTarget["boot"]>("any", "esp32", "eboot"),
    chip: fc.constantFrom(-1, 0, 5, 9, 0x8266),
    revision: fc.constantFrom(-1, 0, 300),
    flashSize: fc.constantFrom(0, 0x80000, 0x400000),
    room: fc.constantFrom(0, 1000, 0x100000),
    inflatedRoom: fc.constantFrom(0, 1000, 0x100000),
    inSlot: fc.boolean(),
  });
  const image = fc.oneof(
    fc.uint8Array({ maxLength: 600 }),
    fc
      .tuple(fc.constantFrom(...all.map(([, bytes]) => bytes)), fc.array(patch, { maxLength: 4 }))
      .map(([bytes, patches]) => {
        const changed = Uint8Array.from(bytes);
        for (const [at, values] of patches)
          values.forEach((value, index) => {
            if (at + index < changed.length) changed[at + index] = value;
          });
        return changed;
      }),
  );
  fc.assert(
    fc.property(image, target, (bytes, wanted) => {
      const fault = judge(bytes, wanted);
      if (fault !== undefined) expectUseful(fault);
    }),
    { numRuns: 2000 },
  );
});
