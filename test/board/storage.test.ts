import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { NorFlash } from "../../src/board/nor-flash.js";
import { PowerCut, tearModes, tearOf } from "../../src/board/power-cut.js";
import { Storage, StorageError } from "../../src/board/storage.js";

const page = 1024;
const start = 0x4000;
const size = 8 * page;

function fresh(): { flash: NorFlash; storage: Storage } {
  const flash = new NorFlash({ size: 16 * page, blockLength: page, base: 0x2000 });
  return { flash, storage: new Storage(flash, start, size) };
}
const names = (storage: Storage): string[] => storage.list().map(({ name }) => name);
const bytes = (text: string): Uint8Array => Buffer.from(text, "latin1");
const text = (data: Uint8Array | undefined): string | undefined =>
  data && Buffer.from(data).toString("latin1");

describe("Storage", () => {
  test("lays out a file as Espruino does: size, name of 28, data, next at a multiple of four", () => {
    const { flash, storage } = fresh();
    storage.write(".boot0", bytes("hello"));
    storage.write("b", bytes("x"), 0, 6);
    const raw = Buffer.from(flash.read(start, 80)).toString("latin1");
    expect(raw.slice(0, 32)).toBe(`\x05\0\0\0.boot0${"\0".repeat(22)}`);
    expect(raw.slice(32, 40)).toBe("hello\xff\xff\xff");
    expect(raw.slice(40, 72)).toBe(`\x06\0\0\0b${"\0".repeat(27)}`);
    expect(raw.slice(72, 80)).toBe("x\xff\xff\xff\xff\xff\xff\xff");
  });

  test("holds what a map of names would hold, as long as there is room", () => {
    const name = fc.constantFrom("a", "b", "c", "a name of twenty-eight chars");
    const content = fc
      .tuple(fc.nat(254), fc.integer({ min: 1, max: 900 }))
      .map(([byte, length]) => new Uint8Array(length).fill(byte));
    const step = fc.tuple(name, fc.option(content));
    fc.assert(
      fc.property(fc.array(step, { minLength: 40, maxLength: 80, size: "max" }), (steps) => {
        const { storage } = fresh();
        const model = new Map<string, string>();
        for (const [file, data] of steps) {
          if (data === null) {
            expect(storage.erase(file)).toBe(model.delete(file));
            continue;
          }
          storage.write(file, data); // 4 files of 900 fit in 8 KB: compaction must always make room
          model.set(file, Buffer.from(data).toString("latin1"));
        }
        for (const [file, data] of model) expect(text(storage.read(file))).toBe(data);
        expect(names(storage).sort()).toEqual([...model.keys()].sort());
        expect(storage.isValid()).toBe(true);
      }),
      { numRuns: 100 },
    );
  });

  test("never writes outside its area", () => {
    const { flash, storage } = fresh();
    const lift = flash.confine(start, start + size, "Storage");
    for (let i = 0; i < 60; i++) storage.write(`f${i % 3}`, new Uint8Array(700).fill(i));
    lift();
    expect(storage.stats().fileCount).toBe(3);
  });

  test("fills a preallocated file piece by piece, and refuses a second time over", () => {
    const { storage } = fresh();
    storage.write("app", bytes("one"), 0, 9);
    storage.write("app", bytes("two"), 3);
    expect(text(storage.read("app"))).toBe("onetwo\xff\xff\xff");
    expect(() => storage.write("app", bytes("x"), 4)).toThrow("File already written with different data");
    expect(() => storage.write("app", bytes("four"), 6)).toThrow("Too much data for file size");
    expect(() => storage.write("none", bytes("x"), 1)).toThrow("Unable to find or create file");
    expect(() => storage.write("empty", bytes(""))).toThrow(StorageError);
  });

  test("clips what is read to the file", () => {
    const { storage } = fresh();
    storage.write("a", bytes("0123456789"));
    expect(text(storage.read("a", 3, 4))).toBe("3456");
    expect(text(storage.read("a", 8, 40))).toBe("89");
    expect(text(storage.read("a", -5, 0))).toBe("0123456789");
    expect(text(storage.read("a", 20))).toBe("");
    expect(storage.read("b")).toBeUndefined();
  });

  test("a rewrite kills the old file before the new one stands: a cut in between loses both", () => {
    const { flash, storage } = fresh();
    storage.write("config", bytes("old"));
    flash.cutAt(flash.operations + 1, tearOf("nothing"));
    expect(() => storage.write("config", bytes("new content"))).toThrow(PowerCut);
    expect(storage.read("config")).toBeUndefined();
  });

  test("an identical rewrite writes nothing", () => {
    const { flash, storage } = fresh();
    storage.write("a", bytes("same"));
    const before = flash.operations;
    storage.write("a", bytes("same"));
    expect(flash.operations).toBe(before);
  });

  test("compaction is not safe from power cuts, as on the board: some cut loses a file", () => {
    const filled = (): ReturnType<typeof fresh> => {
      const made = fresh();
      for (const [i, name] of ["gone", "keep", "last"].entries())
        made.storage.write(name, new Uint8Array(1500).fill(65 + i));
      made.storage.erase("gone");
      return made;
    };
    const whole = filled();
    const first = whole.flash.operations;
    whole.storage.compact();
    const operations = whole.flash.operations - first;
    expect(text(whole.storage.read("keep"))).toBe("B".repeat(1500));
    const survivors = Array.from({ length: operations }, (_, index) => {
      const { flash, storage } = filled();
      flash.cutAt(first + index, tearOf("complete"));
      expect(() => storage.compact()).toThrow(PowerCut);
      return storage.read("keep") !== undefined && text(storage.read("keep")) === "B".repeat(1500);
    });
    expect(survivors).toContain(false);
  });

  test("is valid when blank and invalid after garbage, whatever the tear of a first header", () => {
    expect(fresh().storage.isValid()).toBe(true);
    const { flash, storage } = fresh();
    flash.program(start + 3000, Uint8Array.of(0));
    expect(storage.isValid()).toBe(false);
    storage.eraseAll();
    expect(storage.isValid()).toBe(true);
  });

  test("answers something sound after a torn write, at every operation and in every way", () => {
    for (const mode of tearModes)
      for (let cut = 0; cut < 4; cut++) {
        const { flash, storage } = fresh();
        storage.write("first", bytes("stays"));
        flash.cutAt(flash.operations + cut, tearOf(mode, cut + 1));
        try {
          storage.write("second", new Uint8Array(600).fill(0x55));
        } catch (error) {
          expect(error).toBeInstanceOf(PowerCut);
        }
        expect(text(storage.read("first"))).toBe("stays");
        expect(names(storage)).toContain("first");
      }
  });
});
