import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findBoard } from "../../boards/index.js";
import { anyTarget } from "../../src/core/image/source.js";
import { judgeBytes, judgeForBoard } from "../../src/image/judge-file.js";
import { buildArduino, buildEsp32, buildEsp8266, buildLittleFs, buildUser, gzip } from "../support/images.js";

const judge = (data: Uint8Array) => judgeBytes(data, anyTarget);
const text = (words: string): Buffer => Buffer.from(words, "latin1");
const blank = (length: number): Buffer => Buffer.alloc(length, 0xff);

/** As esptool's merge-bin puts it together. */
function merged(chip: number, loaderAt: number, padding = 0xff): Buffer {
  const file = Buffer.alloc(0x10000, padding);
  const table = Buffer.alloc(64);
  table.set([0xaa, 0x50, 1, 2], 0);
  table.set([0xaa, 0x50, 0, 0], 32);
  table.writeUInt32LE(0x10000, 36);
  bootLoader(chip).copy(file, loaderAt);
  table.copy(file, 0x8000);
  return Buffer.concat([file, buildEsp32({ chip })]);
}

/** A second stage: RAM only. */
function bootLoader(chip: number): Buffer {
  const code = chip === 0 ? 0x40078000 : 0x403cc710;
  const data = chip === 0 ? 0x3fff0030 : 0x3fcd5820;
  const segments = [data, code].map((address) => ({ address, data: Buffer.alloc(256, 0x11) }));
  return buildEsp32({ chip, segments, entry: code + 4 });
}

describe("a file that is no image is called by its name, with what to send instead", () => {
  test.each([
    ["ELF", text("\x7fELF\x01\x01\x01").subarray(0), /ELF.*\.bin/],
    ["UF2", Buffer.concat([text("UF2\nWQ]\x9e"), blank(504)]), /UF2.*\.bin/],
    ["Intel HEX", text(":020000040000FA\n:10000000"), /HEX/],
    ["zip", Buffer.concat([text("PK\x03\x04"), blank(60)]), /zip archive.*unpack/],
    ["a page", text("<!DOCTYPE html><html><body>Log in</body></html>"), /web page/],
    ["a page behind white space", text("\n\n <html>"), /web page/],
    ["a sketch's source", text("void setup() {\n\tSerial.begin(9600);\r\n}\n"), /source code/],
    [
      "boot_app0",
      Buffer.concat([text("\x01\0\0\0"), blank(24), text("\x9a\x98\x43\x47"), blank(0x2000 - 32)]),
      /boot_app0/,
    ],
    ["merged, C3", merged(5, 0), /merged image for the cable.* 0x10000/],
    ["merged, ESP32", merged(0, 0x1000), /merged image for the cable.* 0x10000/],
    ["merged, padded with zeros", merged(9, 0, 0), /merged image for the cable.* 0x10000/],
    [
      "NodeMCU",
      Buffer.concat([buildEsp8266(), blank(0x10000 - buildEsp8266().length), Buffer.alloc(4096, 7)]),
      /ESP8266 for the cable/,
    ],
  ])("%s", (_, data, words) => {
    const { fault, outer } = judge(data);
    expect(fault?.code).toBe(data[0] === 0xe9 ? "WRONG_KIND" : "BAD_MAGIC_BYTE");
    expect(fault?.text).toMatch(words);
    expect(outer.kind).toBe("unknown");
  });

  test("what is not known is not given a name", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 16, maxLength: 64 }), (noise) => {
        const data = Uint8Array.from([0x99, 0, ...noise]);
        expect(judge(data).fault?.code).toBe("BAD_MAGIC_BYTE");
      }),
    );
  });

  test("no sound image is taken for another file", () => {
    for (const image of [
      buildEsp32(),
      buildEsp8266(),
      buildArduino(4000),
      buildLittleFs(),
      buildUser(),
      gzip(buildArduino(300)),
    ])
      expect(judge(image).fault).toBeUndefined();
  });
});

describe("a boot loader", () => {
  test.each([0, 5, 9])("of chip %i is recognised, and goes to no board over the air", (chip) => {
    const { outer, fault } = judge(bootLoader(chip));
    expect([outer.kind, fault]).toEqual(["boot-loader", undefined]);
    const board = findBoard({ 0: "esp32-devkit", 5: "esp32c3-8mb-ota", 9: "esp32s3-ota" }[chip] ?? "");
    if (board === undefined) throw new Error("no board");
    expect(judgeForBoard(bootLoader(chip), board).fault?.code).toBe("WRONG_KIND");
    expect(judgeForBoard(buildEsp32({ chip }), board).fault).toBeUndefined();
  });
});

test("Secure Boot v1: a signature at the end of the page of 64 KB", () => {
  const image = buildEsp32({ dromLength: 65536 - 68 - 12 - 876 });
  const signed = Buffer.concat([image, Buffer.alloc(12 + 4), createHash("sha512").update(image).digest()]);
  expect(signed.length).toBe(65536);
  expect(judge(signed)).toMatchObject({ fault: undefined, outer: { kind: "esp32", signed: true } });
  signed[image.length + 3] = 1;
  expect(judge(signed).fault?.code).toBe("CORRUPT_IMAGE");
});
