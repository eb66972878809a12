import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { judgeImage } from "../../../src/core/image/judge.js";
import { anyTarget, chunkSource } from "../../../src/core/image/source.js";
import { nodeImageTools } from "../../../src/image/judge-file.js";
import { buildEsp32, buildEsp8266, buildUser, filler } from "../../support/images.js";

/**
 * An independent reading of the same images. esptool-js does not export its image classes, so they are imported by
 * path. Its SHA-256 is not used: it computes it over one byte too few.
 */
interface PeerImage {
  segments: { addr: number; data: Uint8Array }[];
  entrypoint: number;
  checksum: number;
  flashMode: number;
  flashSizeFreq: number;
  chipId?: number;
  calculateChecksum(): number;
  loadFromFile(file: Uint8Array): unknown;
}

async function peer(file: string, name: string, rom: string, image: Uint8Array): Promise<PeerImage> {
  const images = (await import(new URL(`image/${file}.js`, peerRoot()).href)) as Record<
    string,
    new (
      rom: unknown,
    ) => PeerImage
  >;
  const targets = (await import(new URL(`targets/${rom}.js`, peerRoot()).href)) as Record<
    string,
    new () => unknown
  >;
  const Rom = Object.values(targets)[0];
  const Image = images[name];
  if (Rom === undefined || Image === undefined) throw new Error("esptool-js has moved its classes");
  const loaded = new Image(new Rom());
  // A Buffer of Node's pool would be read at the wrong place.
  await loaded.loadFromFile(Uint8Array.from(image));
  return loaded;
}

function peerRoot(): URL {
  return new URL(".", import.meta.resolve("esptool-js"));
}

function ours(image: Uint8Array) {
  const result = judgeImage(nodeImageTools, chunkSource(image), anyTarget);
  expect(result.fault).toBeUndefined();
  return result;
}

const cases: [string, string, string, string, Uint8Array][] = [
  ["ESP8266 v1", "esp8266", "ESP8266ROMFirmwareImage", "esp8266", buildEsp8266({ sizeCode: 3, mode: 1 })],
  ["ESP8266 v2", "esp8266", "ESP8266V2FirmwareImage", "esp8266", buildUser({ iromLength: 4096 })],
  ["ESP32", "esp32", "ESP32FirmwareImage", "esp32", buildEsp32()],
  [
    "ESP32 without hash",
    "esp32",
    "ESP32FirmwareImage",
    "esp32",
    buildEsp32({ hash: false, dromLength: 3000 }),
  ],
  ["ESP32-C3", "others", "ESP32C3FirmwareImage", "esp32c3", buildEsp32({ chip: 5, sizeCode: 3 })],
  ["ESP32-S3", "others", "ESP32S3FirmwareImage", "esp32s3", buildEsp32({ chip: 9, speedCode: 0 })],
];

// It warns of every segment that is not where the ESP8266 has its RAM.
beforeEach(() => void vi.spyOn(console, "warn").mockImplementation(() => undefined));
afterEach(() => void vi.restoreAllMocks());

describe("esptool-js and Sluice read the same image alike", () => {
  test.each(cases)("%s", async (_, file, name, rom, image) => {
    const theirs = await peer(file, name, rom, image);
    const { header, segments } = ours(image);
    expect(theirs.entrypoint >>> 0).toBe(header?.entry);
    expect(theirs.flashMode).toBe(header?.mode);
    expect(theirs.flashSizeFreq).toBe(((header?.sizeCode ?? 0) << 4) | (header?.speedCode ?? 0));
    expect(theirs.segments.map(({ addr, data }) => [addr >>> 0, data.length])).toEqual(
      segments.map(({ address, length }) => [address, length]),
    );
    expect(theirs.calculateChecksum()).toBe(theirs.checksum);
    if (theirs.chipId !== undefined) expect(theirs.chipId).toBe(header?.chip);
  });

  test("and agree on a wrong checksum", async () => {
    const image = buildEsp8266({ segments: [{ address: 0x40100000, data: filler(64) }] });
    image[30] = (image[30] ?? 0) ^ 1;
    const theirs = await peer("esp8266", "ESP8266ROMFirmwareImage", "esp8266", image);
    expect(theirs.calculateChecksum()).not.toBe(theirs.checksum);
    expect(judgeImage(nodeImageTools, chunkSource(image), anyTarget).fault?.code).toBe("CORRUPT_IMAGE");
  });
});
