import { describe, expect, test } from "vitest";
import { judgeImage } from "../../../src/core/image/judge.js";
import { anyTarget, chunkSource, type ImageTarget } from "../../../src/core/image/source.js";
import { nodeImageTools } from "../../../src/image/judge-file.js";
import { buildArduino, buildEsp32, buildEsp8266, filler } from "../../support/images.js";

function judge(image: Uint8Array, target: Partial<ImageTarget> = {}) {
  return judgeImage(nodeImageTools, chunkSource(image), { ...anyTarget, ...target });
}

/** What is wrong, or "". */
function wrong(image: Uint8Array, target: Partial<ImageTarget> = {}): string {
  return judge(image, target).fault?.text ?? "";
}

const chips: [number, string][] = [
  [0, "ESP32"],
  [2, "ESP32-S2"],
  [5, "ESP32-C3"],
  [9, "ESP32-S3"],
  [12, "ESP32-C2"],
  [13, "ESP32-C6"],
  [16, "ESP32-H2"],
];

describe("the chip", () => {
  test.each(chips)("%i is %s, in the image and on the board", (chip, name) => {
    const other = chip === 0 ? 5 : 0;
    const otherName = chip === 0 ? "ESP32-C3" : "ESP32";
    expect(wrong(buildEsp32({ chip }))).toBe("");
    expect(wrong(buildEsp32({ chip }), { chip })).toBe("");
    expect(wrong(buildEsp32({ chip }), { chip: other })).toBe(
      `the image is for ${name}, the board has ${otherName}`,
    );
    expect(wrong(buildEsp32({ chip: other }), { chip })).toBe(
      `the image is for ${otherName}, the board has ${name}`,
    );
  });

  test("newer than the table is no fault of the file, and still another chip than the board's", () => {
    expect(wrong(buildEsp32({ chip: 99, speedCode: 7 }))).toBe("");
    expect(wrong(buildEsp32({ chip: 99 }), { chip: 0 })).toBe(
      "the image is for chip number 99, the board has ESP32",
    );
    expect(wrong(buildEsp32({ chip: 23 }), { chip: 0 })).toBe(
      "the image is for ESP32-C5, the board has ESP32",
    );
  });

  test("of an ESP8266 is named too", () => {
    expect(wrong(buildEsp8266(), { chip: 0 })).toBe("the image is for ESP8266, the board has ESP32");
  });
});

describe("how the flash is read", () => {
  test("modes are 0 to 5", () => {
    for (let mode = 0; mode < 9; mode++)
      expect(wrong(buildEsp32({ mode }))).toBe(
        mode <= 5 ? "" : `the image header has a flash mode that does not exist (${mode})`,
      );
  });

  test("speeds are 0 to 2, and 15", () => {
    for (let speedCode = 0; speedCode < 16; speedCode++)
      expect(wrong(buildEsp8266({ speedCode }))).toBe(
        speedCode <= 2 || speedCode === 15
          ? ""
          : `the image header has a flash speed that does not exist (${speedCode})`,
      );
  });
});

describe("the flash that an image was built for", () => {
  const mega = 0x100000;
  const esp32: [number, number, string][] = [1, 2, 4, 8, 16, 32, 64, 128].map((size, code) => [
    code,
    size * mega,
    `${size} MB`,
  ]);
  const esp8266: [number, number, string][] = [
    [0, mega / 2, "512 KB"],
    [1, mega / 4, "256 KB"],
    [2, mega, "1 MB"],
    [3, 2 * mega, "2 MB"],
    [4, 4 * mega, "4 MB"],
    [5, 2 * mega, "2 MB"],
    [6, 4 * mega, "4 MB"],
    [7, 4 * mega, "4 MB"],
    [8, 8 * mega, "8 MB"],
    [9, 16 * mega, "16 MB"],
  ];

  test.each([
    ["an ESP32", esp32, (sizeCode: number) => buildEsp32({ sizeCode })],
    ["an ESP8266", esp8266, (sizeCode: number) => buildEsp8266({ sizeCode })],
  ] as const)("is not larger than the board's, on %s", (_, sizes, build) => {
    for (const [code, size, name] of sizes) {
      expect(wrong(build(code), { flashSize: size })).toBe("");
      const smaller = size - 0x10000;
      expect(wrong(build(code), { flashSize: smaller })).toContain(
        `real size: ${smaller} (the image was built for ${name})`,
      );
    }
    for (let code = sizes.length; code < 16; code++)
      expect(wrong(build(code))).toBe(`the image header has a flash size that does not exist (${code})`);
  });
});

describe("the chip's revision", () => {
  const both = buildEsp32({ minRevision: 100, maxRevision: 301 });
  test.each([
    [99, "the image needs chip revision v1.0 or newer, the board has v0.99"],
    [100, ""],
    [301, ""],
    [302, "the image runs up to chip revision v3.1, the board has v3.2"],
  ])("%i against 100 to 301", (revision, text) => {
    expect(wrong(both, { revision })).toBe(text);
  });

  test("0 is a revision, and no newest one is none", () => {
    expect(wrong(buildEsp32({ minRevision: 1 }), { revision: 0 })).toContain("v0.1 or newer");
    expect(wrong(buildEsp32({ maxRevision: 0xffff }), { revision: 9999 })).toBe("");
    expect(judge(buildEsp32({ maxRevision: 0xffff })).header).toMatchObject({
      minRevision: 0,
      maxRevision: 0,
    });
    expect(judge(buildEsp32({ maxRevision: 0xfffe })).header).toMatchObject({ maxRevision: 0xfffe });
    expect(wrong(buildEsp32({ maxRevision: 0 }), { revision: 9999 })).toBe("");
  });

  test("may be a single one, but not the wrong way round", () => {
    expect(wrong(buildEsp32({ minRevision: 101, maxRevision: 101 }))).toBe("");
    expect(wrong(buildEsp32({ minRevision: 102, maxRevision: 101 }))).toContain("the wrong way round");
  });

  test("stands at offset 14, major alone, in builds before ESP-IDF 4.4.3", () => {
    const image = buildEsp32({ hash: false });
    image[14] = 3;
    expect(wrong(image, { revision: 299 })).toContain("needs chip revision v3.0");
    expect(wrong(image, { revision: 300 })).toBe("");
  });
});

describe("segments", () => {
  const code = { address: 0x40080000, data: filler(64) };
  const single = (address: number) => ({ address, data: filler(16) });

  test("are 16 at most", () => {
    const more = Array.from({ length: 15 }, (_, index) => single(0x3ffb0000 + index * 16));
    expect(wrong(buildEsp32({ segments: [code, ...more] }))).toBe("");
    expect(wrong(buildEsp32({ segments: [code, ...more, single(0x3ffc0000)] }))).toContain("17 segments");
  });

  test("may touch, and may not share a byte, whichever comes first", () => {
    const data = filler(256);
    const [first, second] = [
      { address: 0x3ffb0000, data },
      { address: 0x3ffb0100, data },
    ];
    expect(wrong(buildEsp32({ segments: [code, first, second] }))).toBe("");
    expect(wrong(buildEsp32({ segments: [code, second, first] }))).toBe("");
    const shared = { ...second, address: 0x3ffb00fc };
    expect(wrong(buildEsp32({ segments: [code, first, shared] }))).toBe(
      "segments 1 and 2 overlap at 0x3ffb00fc",
    );
    expect(wrong(buildEsp32({ segments: [code, shared, first] }))).toBe(
      "segments 1 and 2 overlap at 0x3ffb0000",
    );
  });

  test("of padding, at address 0, are nowhere and overlap nothing", () => {
    expect(wrong(buildEsp32({ segments: [single(0), code, single(0)] }))).toBe("");
  });

  test("hold the entry point: their first byte does, the one behind them does not", () => {
    const segments = [code];
    expect(wrong(buildEsp32({ segments, entry: 0x40080000 }))).toBe("");
    expect(wrong(buildEsp32({ segments, entry: 0x4008003f }))).toBe("");
    for (const entry of [0x4007ffff, 0x40080040])
      expect(wrong(buildEsp32({ segments, entry }))).toContain("the entry point");
    expect(wrong(buildEsp32({ segments: [single(0), code], entry: 4 }))).toContain("the entry point");
  });

  /** First and last word of each range that the chip's cache maps (soc.h), and the neighbours. */
  const mapped: [number, number, number][] = [
    [0, 0x3f400000, 0x3f800000],
    [0, 0x400d0000, 0x40400000],
    [5, 0x3c000000, 0x3d000000],
    [5, 0x42000000, 0x44000000],
    [9, 0x3c000000, 0x3d000000],
    [9, 0x42000000, 0x44000000],
  ];
  test.each(mapped)(
    "chip %i maps flash from %i to %i: there the page's offset has to fit",
    (chip, from, to) => {
      // The second segment's data are at offset 24 + 8 + 64 + 8; all of these addresses end otherwise.
      const at = (address: number) =>
        wrong(
          buildEsp32({
            chip,
            entry: 0x50000000,
            segments: [{ ...code, address: 0x50000000 }, single(address)],
          }),
        );
      for (const address of [from, from + 0x10000, to - 16])
        expect(at(address)).toBe(
          `segment 1 (0x${address.toString(16)}) does not lie where the flash cache can map it`,
        );
      expect(at(from + 104)).toBe("");
      for (const address of [from - 16, from - 1, to]) expect(at(address)).toBe("");
    },
  );
});

test("a sketch's header is the sketch's, not its boot loader's", () => {
  const { header, segments } = judge(buildArduino());
  expect(header).toMatchObject({ chip: 0x8266, entry: 0x40100004, segmentCount: 3, length: 8 });
  expect(segments[0]).toMatchObject({ address: 0x40201010, offset: 0x1010 });
});
