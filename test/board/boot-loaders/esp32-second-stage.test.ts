import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { type BootChip, bootChip } from "../../../src/board/boot-loaders/boot-chip.js";
import type { BootOutcome } from "../../../src/board/boot-loaders/outcome.js";
import type { NorFlash } from "../../../src/board/nor-flash.js";
import { RtcMemory } from "../../../src/board/rtc.js";
import { makeOtaEntry, OtaState } from "../../../src/core/flash/otadata.js";
import { encodePartitionTable } from "../../../src/image/partition-tables.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { nodeCrypto } from "../../../src/node/crypto.js";
import { buildEsp32, filler } from "../../support/images.js";
import { boardNamed } from "../../support/test-bundles.js";
import { chipWith, esp32Chip } from "./chips.js";

const board = boardNamed("esp32-devkit");
const otadata = 0xc000;
const factory = buildEsp32({ version: "1.0.0", project: "espruino" });
const update = buildEsp32({ version: "2.0.0", project: "espruino" });

function entry(sequence: number, state: number): Uint8Array {
  return makeOtaEntry(nodeBytes, nodeCrypto, sequence, state) as Uint8Array;
}

function boot(flash: NorFlash, options: Partial<BootChip> = {}): BootOutcome {
  return bootChip({ board, flash, rtc: new RtcMemory(), resetReason: "power-on", ...options });
}

function both(parts: Readonly<Record<string, Uint8Array>> = {}): NorFlash {
  return esp32Chip(board, { factory, ota_0: update, ...parts });
}

/** Two ota slots and no factory. */
function withoutFactory(first: Uint8Array | undefined, second: Uint8Array | undefined): NorFlash {
  const row = { type: 0, flags: 0, size: 0x180000 };
  const table = encodePartitionTable([
    { name: "otadata", type: 1, subtype: 0, offset: otadata, size: 0x2000, flags: 0 },
    { ...row, name: "a", subtype: 0x10, offset: 0x10000 },
    { ...row, name: "b", subtype: 0x11, offset: 0x190000 },
  ]);
  const parts: [number, Uint8Array][] = [[0x8000, table]];
  if (first) parts.push([0x10000, first]);
  if (second) parts.push([0x190000, second]);
  return chipWith(board, parts);
}

describe("ESP-IDF's second stage", () => {
  it("starts factory when otadata is blank, and names the version of its descriptor", () => {
    const flash = both();
    expect(boot(flash)).toMatchObject({
      kind: "image",
      slot: "factory",
      offset: 0x10000,
      length: factory.length,
      verdict: { sound: true, length: factory.length, project: "espruino", version: "1.0.0" },
    });
    expect(flash.operations).toBe(0);
  });

  it("takes the CRCs of the golden values for right and any other for wrong", () => {
    const { otadataCrcBySeq } = JSON.parse(readFileSync("test/vectors/golden.json", "utf8")) as {
      otadataCrcBySeq: Record<string, string>;
    };
    for (const [sequence, crc] of Object.entries(otadataCrcBySeq)) {
      const raw = Buffer.alloc(32, 0xff);
      raw.writeUInt32LE(Number(sequence), 0);
      raw.writeUInt32LE(Number.parseInt(crc, 16), 28);
      expect(boot(both({ otadata: raw }))).toMatchObject({ slot: "ota_0" });
      raw[28] ^= 1;
      expect(boot(both({ otadata: raw }))).toMatchObject({ slot: "factory" });
    }
  });

  it.each([
    [OtaState.New, "ota_0"],
    [OtaState.PendingVerify, "ota_0"],
    [OtaState.Valid, "ota_0"],
    [OtaState.Undefined, "ota_0"],
    [OtaState.Invalid, "factory"],
    [OtaState.Aborted, "factory"],
  ])("honours state %i and writes nothing", (state, slot) => {
    const flash = both({ otadata: entry(1, state) });
    expect(boot(flash)).toMatchObject({ slot });
    expect(flash.operations).toBe(0);
  });

  it("passes over an image that does not verify, without touching otadata", () => {
    for (const at of [0, 1, 12, 24, 28, 100, update.length - 33, update.length - 1]) {
      const broken = Buffer.from(update);
      broken[at] ^= 0x10;
      const flash = both({ otadata: entry(1, OtaState.Valid), ota_0: broken });
      const outcome = boot(flash);
      expect(outcome, `byte ${at}`).toMatchObject({ slot: "factory", verdict: { version: "1.0.0" } });
      expect(outcome.console).toContain("ota_0 is not bootable");
      expect(flash.operations).toBe(0);
    }
  });

  it("goes up through the ota slots when factory fails, and writes otadata only for its initial contents", () => {
    const flash = withoutFactory(undefined, update);
    expect(boot(flash)).toMatchObject({ slot: "ota_1", offset: 0x190000 });
    expect(flash.read(otadata, 32)).toEqual(entry(2, OtaState.Valid));
    const given = withoutFactory(undefined, update);
    given.program(otadata, entry(1, OtaState.Valid));
    const before = given.operations;
    expect(boot(given)).toMatchObject({ slot: "ota_1" });
    expect(given.operations).toBe(before);
  });

  it("tries the slots in turn when the sequence numbers carry wrong CRCs", () => {
    const wrong = entry(2, OtaState.Valid);
    wrong[28] ^= 1;
    const flash = withoutFactory(update, factory);
    flash.program(otadata, wrong);
    expect(boot(flash)).toMatchObject({ slot: "ota_0" });
  });

  it("refuses images for another chip or a newer revision", () => {
    const flash = esp32Chip(board, {
      factory: buildEsp32({ chip: 5 }),
      ota_0: buildEsp32({ minRevision: 300 }),
    });
    expect(boot(flash, { revision: 100 })).toMatchObject({ kind: "nothing" });
    expect(boot(flash, { revision: 300 })).toMatchObject({ slot: "ota_0" });
  });

  it("without an appended hash starts a damaged segment header that the judge outside does not accept", () => {
    const image = buildEsp32({ hash: false });
    const flash = esp32Chip(board, { factory: image });
    expect(boot(flash)).toMatchObject({ verdict: { sound: true } });
    const entryPoint = Buffer.from(image);
    entryPoint.writeUInt32LE(0x40000000, 4);
    expect(boot(esp32Chip(board, { factory: entryPoint }))).toMatchObject({
      kind: "image",
      verdict: { sound: false, why: "its entry point lies in no segment" },
    });
    const address = Buffer.from(image);
    address.writeUInt32LE(0x60000000, 24 + 8 + 1200);
    expect(boot(esp32Chip(board, { factory: address }))).toMatchObject({ kind: "nothing" });
  });

  it("starts nothing without a sound partition table", () => {
    const flash = both();
    flash.program(0x8000 + 5, new Uint8Array(1));
    expect(boot(flash)).toMatchObject({
      kind: "nothing",
      reason: expect.stringContaining("partition table"),
    });
    expect(boot(chipWith(board, []))).toMatchObject({ kind: "nothing" });
  });

  it("takes blank slots for the virtual board's firmware only if told to", () => {
    expect(boot(esp32Chip(board, {}))).toMatchObject({ kind: "nothing" });
    const allow = { allowBlankFirmware: true };
    expect(boot(chipWith(board, []), allow)).toMatchObject({
      kind: "virtual",
      slot: "factory",
      offset: 0x10000,
    });
    expect(boot(esp32Chip(board, {}), allow)).toMatchObject({ kind: "virtual", slot: "factory" });
    const chosen = esp32Chip(board, { otadata: entry(1, OtaState.Undefined), ota_0: update });
    expect(boot(chosen, allow)).toMatchObject({ kind: "image", slot: "ota_0" });
    const garbage = esp32Chip(board, { factory: filler(5000) });
    expect(boot(garbage, allow)).toMatchObject({ kind: "virtual", slot: "ota_0" });
  });

  it("an entry whose state lacks one bit is valid all the same: the CRC covers the sequence alone", () => {
    for (const state of [OtaState.New, OtaState.Valid]) {
      const torn = entry(1, state);
      torn[27] |= 0x80;
      expect(boot(both({ otadata: torn }))).toMatchObject({ slot: "ota_0" });
    }
  });
});
