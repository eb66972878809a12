import { describe, expect, test } from "vitest";
import { judgeHead, judgeImage } from "../../../src/core/image/judge.js";
import { anyTarget, chunkSource, type ImageTarget, type ImageTools } from "../../../src/core/image/source.js";
import { nodeImageTools } from "../../../src/image/judge-file.js";
import { nodeCrypto } from "../../../src/node/crypto.js";
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
  gzip,
} from "../../support/images.js";
import { latin1Bytes } from "../../support/latin1-bytes.js";

const esp32Target: ImageTarget = {
  ...anyTarget,
  boot: "esp32",
  chip: 0,
  flashSize: 0x400000,
  room: 0x180000,
};
const ebootTarget: ImageTarget = {
  ...anyTarget,
  boot: "eboot",
  chip: 0x8266,
  flashSize: 0x400000,
  room: 0x300000,
  inflatedRoom: 0x300000,
};

function judge(image: Uint8Array, target: ImageTarget = anyTarget) {
  return judgeImage(nodeImageTools, chunkSource(image), target);
}

describe("sound images", () => {
  const images: [string, Uint8Array, string][] = [
    ["an ESP8266 image", buildEsp8266(), "esp8266"],
    ["an Arduino sketch", buildArduino(), "arduino"],
    ["a user image, Python 2 trailer", buildUser(), "esp8266-v2"],
    ["a user image, Python 3 trailer", buildUser({ trailer: "python3" }), "esp8266-v2"],
    ["an ESP32 image", buildEsp32(), "esp32"],
    ["an ESP32 image without hash", buildEsp32({ hash: false }), "esp32"],
    ["an ESP32-C3 image", buildEsp32({ chip: 5 }), "esp32"],
    ["an ESP32-S3 image", buildEsp32({ chip: 9 }), "esp32"],
    ["a compressed sketch", gzip(buildArduino()), "gzip"],
    ["a bundle", buildBundle(), "app"],
    ["bytecode", buildDevs(), "devicescript"],
    ["LittleFS", buildLittleFs(), "littlefs"],
    ["SPIFFS", buildSpiffs(), "spiffs"],
    ["SPIFFS with 8 KB blocks", buildSpiffs(20, 8192), "spiffs"],
    ["FAT", buildFat(), "fat"],
    ["blank flash", new Uint8Array(8192).fill(0xff), "blank"],
  ];
  test.each(images)("%s is recognised and sound", (_, image, kind) => {
    const result = judge(image);
    expect(result.fault).toBeUndefined();
    expect(result.kind).toBe(kind);
    expect(result.size).toBe(image.length);
  });

  test("are judged the same over binary strings, as on Espruino", () => {
    const tools: ImageTools = { bytes: latin1Bytes, crypto: nodeCrypto };
    for (const [, image, kind] of images) {
      const result = judgeImage(tools, chunkSource(Buffer.from(image).toString("latin1")), anyTarget);
      expect([result.kind, result.fault]).toEqual([kind, undefined]);
    }
  });

  test("are taken by a board without SHA-256, which says that it did not check", () => {
    const { sha256Hex: _, ...crypto } = nodeCrypto;
    const result = judgeImage({ ...nodeImageTools, crypto }, chunkSource(buildEsp32()), anyTarget);
    expect(result.fault).toBeUndefined();
    expect(result.hashChecked).toBe(false);
  });

  test("say what they are", () => {
    const { descriptor, header, segments } = judge(buildEsp32({ project: "pump", version: "2.0.0-rc1" }));
    expect(descriptor).toMatchObject({ project: "pump", version: "2.0.0-rc1", idf: "v4.4.8" });
    expect(header).toMatchObject({ chip: 0, entry: 0x40080008 });
    expect(segments.map(({ offset, length }) => [offset, length])).toEqual([
      [32, 1200],
      [1240, 800],
    ]);
    expect(judge(buildArduino()).hashChecked).toBe(true);
    expect(judge(buildBundle()).hashChecked).toBe(true);
  });
});

test("an application's descriptor has fields of a fixed length", () => {
  const head = Buffer.from(buildEsp32()).subarray(0, 288);
  const fields: [string, number, number][] = [
    ["version", 48, 32],
    ["project", 80, 32],
    ["time", 112, 16],
    ["date", 128, 16],
    ["idf", 144, 32],
  ];
  for (const [name, offset, length] of fields) head.fill(name.charAt(0), offset, offset + length);
  const { descriptor } = judgeHead(nodeImageTools, head, buildEsp32().length, anyTarget);
  expect(descriptor).toEqual(
    Object.fromEntries(fields.map(([name, , length]) => [name, name.charAt(0).repeat(length)])),
  );
});

describe("the image's end", () => {
  test("may be followed by padding or a signature", () => {
    const image = buildArduino();
    expect(judge(Buffer.concat([image, Buffer.alloc(100, 0xff)])).fault).toBeUndefined();
    const signed = Buffer.concat([image, Buffer.alloc(256, 7), Buffer.from([0, 1, 0, 0])]);
    expect(judge(signed)).toMatchObject({ fault: undefined, signed: true });
    const ecdsa = Buffer.concat([buildEsp32(), Buffer.alloc(4), Buffer.alloc(64, 7)]);
    expect(judge(ecdsa)).toMatchObject({ fault: undefined, signed: true });
    const block = Buffer.alloc(4096, 1);
    block.set([0xe7, 2]);
    const esp32 = buildEsp32();
    const padded = Buffer.concat([esp32, Buffer.alloc(4096 - (esp32.length % 4096), 0xff), block]);
    expect(judge(padded)).toMatchObject({ fault: undefined, signed: true });
  });

  test("may not be followed by anything else", () => {
    const page = Buffer.from("<html>404 Not Found</html>");
    for (const image of [buildArduino(), buildEsp32(), buildUser(), buildEsp8266()])
      expect(judge(Buffer.concat([image, page])).fault?.code).toBe("CORRUPT_IMAGE");
  });

  test("does not matter inside a larger slot", () => {
    const slot = Buffer.concat([buildEsp32(), Buffer.alloc(9000, 0x5a)]);
    expect(judge(slot, { ...esp32Target, inSlot: true }).fault).toBeUndefined();
  });
});

describe("what the header alone gives away", () => {
  const head = (image: Uint8Array) =>
    judgeHead(nodeImageTools, image.subarray(0, 288), image.length, anyTarget).fault;
  const firstSegment = (length: number) => {
    const image = buildEsp32();
    image.writeUInt32LE(length, 28);
    return head(image);
  };

  test("a first segment that ends behind the file", () => {
    expect(firstSegment(4000)).toMatchObject({ code: "TRUNCATED_IMAGE" });
  });

  test("a first segment of more than 16 MB", () => {
    expect(firstSegment(0x1000000)?.text).toContain("16 MB");
  });

  test("a first segment of no whole words", () => {
    expect(firstSegment(1201)?.text).toContain("multiple of 4");
  });

  test("a hash flag that is neither yes nor no", () => {
    const image = buildEsp32();
    image[23] = 2;
    expect(head(image)?.text).toContain("whether a hash follows");
  });

  test("bytecode whose sections leave the file", () => {
    const image = buildDevs();
    image.writeUInt32LE(image.length, 40);
    expect(head(image)?.code).toBe("TRUNCATED_IMAGE");
  });

  test("a bundle that is longer or shorter than it says", () => {
    const bundle = buildBundle();
    expect(head(Buffer.concat([bundle, Buffer.alloc(1)]))?.code).toBe("CORRUPT_BUNDLE");
    expect(head(bundle.subarray(0, -1))?.code).toBe("CORRUPT_BUNDLE");
  });
});

test("a user image whose headers disagree about the entry point is refused, in a slot too", () => {
  const image = buildUser();
  image.writeUInt32LE(0x40100008, 4);
  expect(judge(image, { ...anyTarget, inSlot: true }).fault?.text).toContain("different entry points");
});

describe("an image for another board", () => {
  const cases: [string, Uint8Array, ImageTarget, string][] = [
    ["another chip", buildEsp32({ chip: 5 }), esp32Target, "WRONG_BOARD"],
    ["ESP8266 to an ESP32", buildArduino(), esp32Target, "WRONG_BOARD"],
    ["ESP32 to an ESP8266", buildEsp32(), ebootTarget, "WRONG_BOARD"],
    [
      "a newer chip revision",
      buildEsp32({ minRevision: 301 }),
      { ...esp32Target, revision: 300 },
      "WRONG_REVISION",
    ],
    [
      "an older chip revision",
      buildEsp32({ maxRevision: 199 }),
      { ...esp32Target, revision: 300 },
      "WRONG_REVISION",
    ],
    ["larger flash", buildEsp32({ sizeCode: 4 }), esp32Target, "NEW_FLASH_CONFIG_WRONG"],
    ["larger flash, ESP8266", buildArduino(4000, { sizeCode: 9 }), ebootTarget, "NEW_FLASH_CONFIG_WRONG"],
    ["a larger slot", buildEsp32(), { ...esp32Target, room: 2000 }, "NOT_ENOUGH_SPACE"],
    ["gzip to an ESP32", gzip(buildEsp32()), esp32Target, "WRONG_KIND"],
    ["a user image to eboot", buildUser(), ebootTarget, "WRONG_KIND"],
    ["a bundle to a firmware slot", buildBundle(), esp32Target, "WRONG_KIND"],
    ["neither", Buffer.from("<html>not an image</html>"), esp32Target, "BAD_MAGIC_BYTE"],
    ["nothing at all", new Uint8Array(0), esp32Target, "NO_DATA"],
  ];
  test.each(cases)("%s is refused by its header alone", (_, image, target, code) => {
    expect(judgeHead(nodeImageTools, image.subarray(0, 288), image.length, target).fault?.code).toBe(code);
    expect(judge(image, target).fault?.code).toBe(code);
  });

  test("fits into a slot of its size, and into none that is a byte smaller", () => {
    const packed = gzip(buildArduino());
    const inflated = buildArduino().length;
    for (const [image, target] of [
      [buildEsp32(), esp32Target],
      [packed, ebootTarget],
    ] as const) {
      expect(judge(image, { ...target, room: image.length }).fault).toBeUndefined();
      expect(judge(image, { ...target, room: image.length - 1 }).fault?.text).toBe("Not Enough Space");
    }
    expect(judge(packed, { ...ebootTarget, inflatedRoom: inflated }).fault).toBeUndefined();
    expect(judge(packed, { ...ebootTarget, inflatedRoom: inflated - 1 }).fault?.text).toBe(
      `Not Enough Space: inflated the image has ${inflated} bytes, there is room for ${inflated - 1}`,
    );
    expect(judge(packed)).toMatchObject({ inflatedSize: inflated });
  });

  test("a filesystem in a firmware slot is named", () => {
    expect(judge(buildLittleFs(), ebootTarget).fault?.text).toContain("littlefs");
  });

  test("a sketch without eboot is refused: it would overwrite the boot loader", () => {
    expect(judge(buildEsp8266(), ebootTarget).fault).toMatchObject({ code: "WRONG_KIND" });
  });

  test("eboot without a sketch is a file cut short", () => {
    const eboot = buildArduino().subarray(0, 1536);
    expect(judge(eboot).fault?.code).toBe("TRUNCATED_IMAGE");
  });

  test("an inflated image has to fit", () => {
    const small = { ...ebootTarget, inflatedRoom: 4096 };
    expect(judge(gzip(buildArduino()), small).fault?.code).toBe("NOT_ENOUGH_SPACE");
  });
});

describe("a filesystem", () => {
  const behind = (offset: number, image: Uint8Array) => Buffer.concat([Buffer.alloc(offset, 0xff), image]);

  test.each([
    ["LittleFS", buildLittleFs(), "littlefs", 65536],
    ["LittleFS, its first block torn", behind(4096, buildLittleFs()), "littlefs", 65536],
    ["LittleFS of 8 KB blocks, its first torn", behind(8192, buildLittleFs()), "littlefs", 65536],
    ["SPIFFS", buildSpiffs(), "spiffs", 65536],
    ["SPIFFS of one block", buildSpiffs(1), "spiffs", 4096],
    ["SPIFFS of two", buildSpiffs(2), "spiffs", 8192],
    ["SPIFFS with 8 KB blocks", buildSpiffs(20, 8192), "spiffs", 163840],
    ["FAT", buildFat(), "fat", 65536],
    ["FAT behind wear levelling", behind(4096, buildFat()), "fat", 65536],
    ["blank flash", new Uint8Array(8192).fill(0xff), "blank", 8192],
  ])("says its size: %s", (_, image, kind, filesystemSize) => {
    expect(judge(image)).toMatchObject({ kind, filesystemSize, fault: undefined });
  });

  test("is cut short where the image has fewer bytes than it speaks of", () => {
    expect(judge(buildLittleFs(4).subarray(0, 16383)).fault?.text).toBe(
      "the littlefs filesystem speaks of 16384 bytes, the image has 16383",
    );
    expect(judge(buildFat(16).subarray(0, 8191)).fault?.code).toBe("TRUNCATED_IMAGE");
  });

  test("FAT32 has its name and its length elsewhere", () => {
    const image = Buffer.from(buildFat());
    image.fill(0, 54, 62);
    image.write("FAT32   ", 82);
    image.writeUInt16LE(0, 19);
    image.writeUInt32LE(100, 32);
    expect(judge(image)).toMatchObject({ kind: "fat", filesystemSize: 51200 });
    image.fill(0, 82, 90);
    expect(judge(image).fault?.code).toBe("BAD_MAGIC_BYTE");
  });

  test("SPIFFS may have one torn block, and no second one", () => {
    const image = Buffer.from(buildSpiffs());
    image.writeUInt16LE(0, 4096 + 252);
    expect(judge(image)).toMatchObject({ kind: "spiffs" });
    image.writeUInt16LE(0, 8192 + 252);
    expect(judge(image).fault?.code).toBe("BAD_MAGIC_BYTE");
  });

  test("blank flash has no other byte, to its last one", () => {
    const image = new Uint8Array(9000).fill(0xff);
    image[8999] = 0xfe;
    expect(judge(image).fault?.code).toBe("BAD_MAGIC_BYTE");
  });
});

describe("a signature", () => {
  const image = buildEsp32();
  const signed = (tail: Uint8Array) => {
    const { fault, signed: isSigned } = judge(Buffer.concat([image, tail]));
    return fault === undefined ? isSigned : fault.code;
  };
  const sector = Buffer.alloc(4096 - (image.length % 4096), 0xff);
  const block = (first: number, second: number, length = 4096) => {
    const bytes = Buffer.alloc(length, 1);
    bytes.set([first, second]);
    return Buffer.concat([sector, bytes]);
  };

  test.each([
    ["of arduino-esp32, 512 bytes", Buffer.alloc(512, 7), true],
    ["of another length", Buffer.alloc(511, 7), "CORRUPT_IMAGE"],
    ["of secure boot v1, of another version", Buffer.alloc(68, 7), "CORRUPT_IMAGE"],
    ["of secure boot v2, RSA", block(0xe7, 2), true],
    ["of secure boot v2, ECDSA", block(0xe7, 3), true],
    ["of secure boot v2, another kind", block(0xe7, 4), "CORRUPT_IMAGE"],
    ["of secure boot v2, another magic", block(0xe8, 2), "CORRUPT_IMAGE"],
    ["of secure boot v2, in half a sector", block(0xe7, 2, 2048), "CORRUPT_IMAGE"],
    ["of Arduino's ESP8266, a byte", Buffer.from([9, 1, 0, 0, 0]), true],
    ["of Arduino's ESP8266, nothing", Buffer.alloc(4), false],
    ["padding of zeros", Buffer.alloc(5000), false],
    [
      "padding of zeros, but for the last byte",
      Buffer.concat([Buffer.alloc(4999), Buffer.alloc(1, 1)]),
      "CORRUPT_IMAGE",
    ],
  ])("%s", (_, tail, verdict) => {
    expect(signed(tail)).toBe(verdict);
  });
});

describe("a user image's outer header", () => {
  const changed = (change: (image: Buffer) => void) => {
    const image = Buffer.from(buildUser());
    change(image);
    return judge(image, { ...anyTarget, inSlot: true }).fault?.text ?? "";
  };

  test("has a mode from 0 to 3, no address, whole pieces of 16, an entry in instruction RAM", () => {
    expect(changed((image) => image.writeUInt8(3, 2))).toBe("");
    expect(changed((image) => image.writeUInt8(4, 2))).toContain("flash mode 4 does not exist");
    expect(changed((image) => image.writeUInt32LE(4, 8))).toContain("it must be 0");
    expect(changed((image) => image.writeUInt32LE(1028, 12))).toContain("not a multiple of 16");
    for (const entry of [0x40100000, 0x4010ffff])
      expect(changed((image) => image.writeUInt32LE(entry, 4))).toContain("different entry points");
    for (const entry of [0x400fffff, 0x40110000])
      expect(changed((image) => image.writeUInt32LE(entry, 4))).toContain("does not lie in instruction RAM");
  });

  test("is followed by a second one", () => {
    expect(changed((image) => image.writeUInt8(0xe8, 16 + 1024))).toContain("no second header follows");
    const image = buildUser();
    expect(judge(image.subarray(0, 16 + 1024 + 7)).fault?.text).toContain(
      "ends at byte 1040, but there are 1047",
    );
  });

  test("and both are in what is said about it", () => {
    const image = buildUser();
    expect(judge(image)).toMatchObject({
      hashChecked: true,
      imageLength: image.length,
      segments: [{ address: 0, offset: 16, length: 1024 }, { address: 0x40100000 }, { address: 0x3ffe8000 }],
      header: { entry: 0x40100004 },
    });
    expect(judge(image.subarray(0, -1)).fault?.text).toContain("ends inside its CRC");
    expect(judge(image.subarray(0, -4))).toMatchObject({ fault: undefined, hashChecked: false });
    expect(judge(image.subarray(0, -4), { ...anyTarget, inSlot: true }).fault).toBeUndefined();
  });
});
