import { ChipId } from "../../../src/core/image/chips.js";
import { imageHeadLength, judgeHead, judgeImage } from "../../../src/core/image/judge.js";
import { anyTarget, type BootLoader, chunkSource, type ImageTarget } from "../../../src/core/image/source.js";
import { u32Text } from "../../../src/core/read.js";
import { bundleText } from "./bundle-text.js";
import type { Suite } from "./suite.js";
import { filler, repeated } from "./tools.js";

function targetOf(boot: BootLoader, chip: number): ImageTarget {
  return {
    boot: boot,
    chip: chip,
    revision: 300,
    flashSize: 0x400000,
    room: 100000,
    inflatedRoom: 0,
    inSlot: false,
  };
}

/** Segments with their headers, padding and checksum byte behind a header. */
function withSegments(header: string, segments: string[], addresses: number[]): string {
  let image = header;
  let sum = 0xef;
  for (let i = 0; i < segments.length; i++) {
    const data = segments[i];
    image += u32Text(addresses[i]) + u32Text(data.length) + data;
    for (let at = 0; at < data.length; at++) sum = sum ^ data.charCodeAt(at);
  }
  image += repeated("\u0000", 15 - (image.length % 16));
  return image + String.fromCharCode(sum & 255);
}

function esp32Image(chip: number): string {
  const start = `\u00e9\u0002\u0002\u0020${u32Text(0x40080010)}\u00ee\u0000\u0000\u0000`;
  const header = `${start}${String.fromCharCode(chip & 255, chip >> 8)}${repeated("\u0000", 10)}`;
  return withSegments(header, [filler(32, 3), filler(64, 5)], [0x3ffb0000, 0x40080000]);
}

function esp8266Image(): string {
  const header = `\u00e9\u0002\u0002\u0040${u32Text(0x40100004)}`;
  return withSegments(header, [filler(64, 7), filler(32, 9)], [0x40100000, 0x3ffe8000]);
}

/** "esp32 CORRUPT_IMAGE", or "esp32" when nothing is wrong. */
function judged(suite: Suite, image: string, target: ImageTarget): string {
  const tools = { bytes: suite.bytes, crypto: suite.crypto };
  const result = judgeImage(tools, chunkSource(suite.bytes.fromText(image)), target);
  return result.fault === undefined ? result.kind : `${result.kind} ${result.fault.code}`;
}

/** The same from what comes first, before anything is erased. */
function judgedByHead(suite: Suite, image: string, target: ImageTarget): string {
  const tools = { bytes: suite.bytes, crypto: suite.crypto };
  const head = suite.bytes.fromText(image.slice(0, imageHeadLength));
  const result = judgeHead(tools, head, image.length, target);
  return result.fault === undefined ? result.kind : `${result.kind} ${result.fault.code}`;
}

function changed(image: string, at: number, bits: number): string {
  const value = String.fromCharCode(image.charCodeAt(at) ^ bits);
  return image.slice(0, at) + value + image.slice(at + 1);
}

/** Whether an image is what a board can run. */
export function images(suite: Suite): void {
  suite.test("an ESP32 image is sound on its own chip only", () => {
    const image = esp32Image(ChipId.Esp32);
    suite.equal("ESP32", judged(suite, image, targetOf("esp32", ChipId.Esp32)), "esp32");
    suite.equal("C3", judged(suite, image, targetOf("esp32", ChipId.Esp32c3)), "esp32 WRONG_BOARD");
    suite.equal("any", judged(suite, image, anyTarget), "esp32");
    suite.equal("eboot", judged(suite, image, targetOf("eboot", ChipId.Esp8266)), "esp32 WRONG_BOARD");
    const other = judgedByHead(suite, image, targetOf("esp32", ChipId.Esp32s3));
    suite.equal("S3, by its head", other, "esp32 WRONG_BOARD");
  });

  suite.test("an ESP8266 image is told apart from an ESP32's", () => {
    const image = esp8266Image();
    suite.equal("any", judged(suite, image, anyTarget), "esp8266");
    const alone = judged(suite, image, targetOf("eboot", ChipId.Esp8266));
    suite.equal("without eboot", alone, "esp8266 WRONG_KIND");
    suite.equal("ESP32", judged(suite, image, targetOf("esp32", ChipId.Esp32)), "esp8266 WRONG_BOARD");
  });

  suite.test("a damaged byte is found wherever it lies", () => {
    const image = esp32Image(ChipId.Esp32);
    const target = targetOf("esp32", ChipId.Esp32);
    for (let at = 32; at < image.length; at += 11) {
      const found = judged(suite, changed(image, at, 0x10), target);
      // Between the last segment and its checksum lies padding that nothing covers.
      const padding = at >= 24 + 8 + 32 + 8 + 64 && at < image.length - 1;
      if (!padding) suite.equal(`byte ${at}`, found === "esp32", false);
    }
  });

  suite.test("an image that is cut short is found", () => {
    const image = esp32Image(ChipId.Esp32);
    const target = targetOf("esp32", ChipId.Esp32);
    for (let length = 1; length < image.length; length += 15) {
      const found = judged(suite, image.slice(0, length), target);
      suite.equal(`${length} bytes`, found === "esp32", false);
    }
    suite.equal("none", judged(suite, "", target), "unknown NO_DATA");
  });

  suite.test("too large, compressed, and something else altogether", () => {
    const target = targetOf("esp32", ChipId.Esp32);
    const large = esp32Image(ChipId.Esp32);
    const tools = { bytes: suite.bytes, crypto: suite.crypto };
    const found = judgeHead(tools, suite.bytes.fromText(large), 200000, target).fault;
    suite.equal("large", found === undefined ? "" : found.code, "NOT_ENOUGH_SPACE");
    const gzip = `\u001f\u008b\u0008${repeated("\u0000", 40)}`;
    suite.equal("gzip", judged(suite, gzip, target), "gzip WRONG_KIND");
    suite.equal("text", judged(suite, repeated("hello ", 60), target), "unknown BAD_MAGIC_BYTE");
    suite.equal("blank", judged(suite, repeated("\u00ff", 300), target), "blank WRONG_KIND");
  });

  suite.test("a bundle is judged by its header, its length and its code", () => {
    const app = bundleText(suite.bytes, suite.crypto, "1.2.3", filler(80, 11));
    suite.equal("whole", judged(suite, app, anyTarget), "app");
    suite.equal("header", judged(suite, changed(app, 60, 1), anyTarget), "app CORRUPT_BUNDLE");
    suite.equal("code", judged(suite, changed(app, 300, 128), anyTarget), "app CORRUPT_BUNDLE");
    suite.equal("short", judged(suite, app.slice(0, 300), anyTarget), "app CORRUPT_BUNDLE");
    suite.equal("slot", judged(suite, app, targetOf("esp32", ChipId.Esp32)), "app WRONG_KIND");
  });
}
