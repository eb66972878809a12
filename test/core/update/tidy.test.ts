import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { flashArea } from "../../../src/board/flash-area.js";
import { NorFlash } from "../../../src/board/nor-flash.js";
import { Storage } from "../../../src/board/storage.js";
import type { Flash } from "../../../src/core/ports.js";
import { storeFileLength, storeFileName } from "../../../src/core/update/store.js";
import { Tidy, TidyFor } from "../../../src/core/update/tidy.js";
import { StorageFiles } from "../../../src/espruino/storage-files.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { nodeCrypto } from "../../../src/node/crypto.js";
import { makeBundle } from "../../../src/prover/images.js";
import { blockLength, smallLayout } from "../../support/core-flash.js";

const base = 0x10000;
const size = 32 * blockLength;
const bundle = makeBundle({ name: "a", version: "1.0.0", kind: 1, family: 2, size: 500 });

interface Chip {
  readonly flash: Flash;
  readonly storage: Storage;
}

/** A Storage of 32 blocks, 15 of them slots, with an application in slot a. */
function provisioned(): Chip {
  const image = new Uint8Array(size).fill(0xff);
  const files = new StorageFiles(image);
  files.reserve(storeFileName, storeFileLength(smallLayout));
  files.divide(blockLength);
  image.set(bundle, smallLayout.app[0] * blockLength);
  const chip = new NorFlash({ size, blockLength, base });
  chip.program(base, image);
  return { flash: flashArea(chip, base, size), storage: new Storage(chip, base, size) };
}

function tidyOf({ flash }: Chip, changed: Partial<Flash> = {}): Tidy {
  const all = { ...flash, ...changed };
  return new Tidy(nodeBytes, nodeCrypto, all, all, smallLayout);
}

/** All but "sluice". */
function files(storage: Storage): readonly { readonly name: string }[] {
  return storage.list().slice(1);
}

function contents({ storage }: Chip): Record<string, string> {
  return Object.fromEntries(
    files(storage).map(({ name }) => [name, Buffer.from(storage.read(name) ?? "").toString("latin1")]),
  );
}

const step = fc.record({
  name: fc.constantFrom("a", "b", "log\x01", "a-name-of-exactly-28-letters"),
  length: fc.integer({ min: 1, max: 440 }),
  fill: fc.integer({ min: 0, max: 254 }),
  erase: fc.boolean(),
});

describe("tidying Storage", () => {
  test("keeps every live file as it is, and leaves nothing that is deleted", () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const chip = provisioned();
        for (const { name, length, fill, erase } of steps) {
          chip.storage.write(name, new Uint8Array(length).fill(fill));
          if (erase) chip.storage.erase(name);
        }
        const before = contents(chip);
        const moved: string[] = [];
        const tidy = tidyOf(chip);
        tidy.begin(0, 0, "", (name) => moved.push(name));
        tidy.finish();
        expect(contents(chip)).toEqual(before);
        expect(chip.storage.isValid()).toBe(true);
        expect(chip.storage.stats().trashCount).toBe(0);
        expect(tidyOf(chip).isBegun()).toBe(false);
        expect(
          Buffer.from(chip.flash.read(bundle.length, smallLayout.app[0] * blockLength) as Uint8Array),
        ).toEqual(Buffer.from(bundle));
        for (const name of moved) expect(before).toHaveProperty([name]);
      }),
    );
  });

  test("drops the file that is replaced only where there is no room for both", () => {
    for (const [need, stays] of [
      [1000, true],
      [13_000, false],
    ] as const) {
      const chip = provisioned();
      chip.storage.write("old", new Uint8Array(1500));
      const tidy = tidyOf(chip);
      tidy.begin(0, need, "old", () => undefined);
      tidy.finish();
      expect(chip.storage.read("old") !== undefined).toBe(stays);
      expect(chip.storage.stats().freeBytes).toBeGreaterThanOrEqual(need + blockLength);
    }
  });

  test("drops what a cut has left of a file's header, and all files when that is wanted", () => {
    const chip = provisioned();
    chip.storage.write("empty", new Uint8Array(700).fill(255));
    chip.storage.write("a", new Uint8Array(10));
    for (const [need, left] of [
      [0, ["a"]],
      [TidyFor.Nothing, []],
    ] as const) {
      const tidy = tidyOf(chip);
      tidy.begin(0, need, "", () => undefined);
      tidy.finish();
      expect(Object.keys(contents(chip))).toEqual(left);
    }
  });

  test("refuses what does not fit, and a board without a gate, before anything is written", () => {
    const chip = provisioned();
    chip.storage.write("a", new Uint8Array(2900));
    const { operations } = chip.storage.flash;
    const nothing = (): void => undefined;
    expect(() => tidyOf(chip).begin(0, 14_400, "a", nothing)).toThrow(/Storage is full: 14400 bytes/);
    expect(() => tidyOf(chip).begin(0, 0, "", nothing)).toThrow(/2968 bytes of files do not fit/);
    const plain = { flash: chip.flash, storage: chip.storage };
    const old = tidyOf(plain, { read: (length) => new Uint8Array(length).fill(255) });
    expect(() => old.begin(0, 0, "", nothing)).toThrow(/sluice flash --recover, by cable/);
    expect(chip.storage.flash.operations).toBe(operations);
  });

  test("a chip that keeps nothing of what is written is noticed before a file is touched", () => {
    const chip = provisioned();
    chip.storage.write("a", new Uint8Array(100));
    const tidy = tidyOf(chip, { write: () => undefined });
    expect(() => tidy.begin(0, 0, "", () => undefined)).toThrow(/does not hold/);
    expect(tidyOf(chip).isBegun()).toBe(false);
    expect(chip.storage.read("a")).toEqual(new Uint8Array(100));
  });

  test("a copy that cannot be cleared is erased: it would come back over what is written later", () => {
    const chip = provisioned();
    chip.storage.write("a", new Uint8Array(100));
    const head = (smallLayout.app[0] + smallLayout.appBlocks) * blockLength - 16;
    const isClearing = (bytes: unknown): boolean => nodeBytes.toText(bytes as Uint8Array) === "\0".repeat(16);
    const tidy = tidyOf(chip, {
      write: (bytes, offset) => {
        if (offset !== head || !isClearing(bytes)) chip.flash.write(bytes, offset);
      },
    });
    tidy.begin(0, 0, "", () => undefined);
    tidy.finish();
    expect(tidyOf(chip).isBegun()).toBe(false);
    expect(chip.storage.read("a")).toEqual(new Uint8Array(100));
  });
});
