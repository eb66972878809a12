import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { longestErrand } from "../../../src/core/update/errand.js";
import { longestNote, Notes } from "../../../src/core/update/notes.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { nodeCrypto } from "../../../src/node/crypto.js";
import { blankFlash, blockLength, cutEverywhere, type TestFlash } from "../../support/core-flash.js";

const first = 2;

function open(test: TestFlash): Notes {
  const notes = new Notes(nodeBytes, nodeCrypto, test.flash, first);
  notes.open();
  return notes;
}

const text = fc.uint8Array({ maxLength: 120 }).map((bytes) => Buffer.from(bytes).toString("latin1"));

describe("Notes", () => {
  it("finds nothing on a blank chip and among rubbish", () => {
    const test = blankFlash(5);
    expect(open(test).recall()).toBe("");
    test.chip.program(first * blockLength, Buffer.alloc(2 * blockLength, "SN rubbish"));
    expect(open(test).recall()).toBe("");
  });

  it("keeps the last note, across blocks and re-opening, and stays within its two blocks", () => {
    const step = fc.record({ note: text, reopen: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: "max" }), (steps) => {
        const test = blankFlash(5);
        test.chip.confine(first * blockLength, (first + 2) * blockLength, "the notes");
        let notes = open(test);
        let last = "";
        for (const { note, reopen } of steps) {
          notes.remember(note);
          last = note;
          if (reopen) notes = open(test);
          expect(notes.recall()).toBe(last);
        }
        expect(open(test).recall()).toBe(last);
        expect(test.chip.violations).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it("keeps an errand beside it, until that is taken, whatever the text begins with", () => {
    const errand = fc.string({ unit: "grapheme-ascii", maxLength: longestErrand });
    fc.assert(
      fc.property(text, text, errand, fc.boolean(), (before, after, what, marked) => {
        const test = blankFlash(5);
        const note = marked ? `\x01${after}` : after;
        open(test).remember(before);
        open(test).setErrand(what);
        expect([open(test).recall(), open(test).errand()]).toEqual([before, what]);
        open(test).remember(note);
        expect([open(test).recall(), open(test).errand()]).toEqual([note, what]);
        open(test).setErrand("");
        expect([open(test).recall(), open(test).errand()]).toEqual([note, ""]);
      }),
    );
  });

  it("does not write what it already holds", () => {
    const test = blankFlash(5);
    const notes = open(test);
    notes.remember("zone 3, 120 s left");
    const operations = test.chip.operations;
    notes.remember("zone 3, 120 s left");
    open(test).remember("zone 3, 120 s left");
    expect(test.chip.operations).toBe(operations);
  });

  it("refuses what is too long, and keeps the longest whole", () => {
    const test = blankFlash(5);
    const longest = "x".repeat(longestNote);
    expect(open(test).remember(longest)).toBe(true);
    expect(open(test).remember(`${longest}y`)).toBe(false);
    expect(open(test).recall()).toBe(longest);
    open(test).remember("");
    expect(open(test).recall()).toBe("");
  });

  it("finds the newer of its two blocks where they are the chip's first, too", () => {
    const test = blankFlash(3);
    const notes = new Notes(nodeBytes, nodeCrypto, test.flash, 0);
    notes.open();
    for (let i = 0; i < 200; i++) {
      notes.remember(`zone ${i % 7}, ${i} s left`);
      expect(new Notes(nodeBytes, nodeCrypto, test.flash, 0).open()).toBe(notes.recall());
    }
    expect(test.chip.erases[0]).toBeGreaterThan(1);
  });

  it("spreads the wear over both blocks", () => {
    const test = blankFlash(5);
    const notes = open(test);
    for (let i = 0; i < 400; i++) notes.remember(`zone ${i % 7}, ${i} s left`);
    expect(test.chip.erases[first]).toBeGreaterThan(3);
    expect(Math.abs(test.chip.erases[first] - test.chip.erases[first + 1])).toBeLessThanOrEqual(1);
  });
});

describe("power cut while a note is written", () => {
  const older = "zone 2, 300 s left";
  const newer = "zone 3, 120 s left of a long watering, as the sun has been out for days on end";

  /** Notes until the active block has room for `left` more bytes at most. */
  function filled(left: number): TestFlash {
    const test = blankFlash(5);
    const notes = open(test);
    let used = 12;
    for (let i = 0; blockLength - used > left; i++) {
      notes.remember(`filler ${1000 + i}`);
      used += 20;
    }
    notes.remember(older);
    return test;
  }

  it.each([1000, 600, 300, 120, 60, 20])(
    "with up to %i bytes left: the new note is found, or the old one",
    (room) => {
      const test = filled(room);
      expect(open(test).recall()).toBe(older);
      const found = new Set<string>();
      cutEverywhere(
        test.chip,
        (copy) => open(copy).remember(newer),
        (left, tear) => {
          const notes = open(left);
          expect([older, newer], JSON.stringify(tear)).toContain(notes.recall());
          found.add(notes.recall());
          // What was torn must not harm what comes next.
          for (const next of ["a", "zone 4", "zone 5, 10 s left", "\xff\xff\xff"]) {
            open(left).remember(next);
            expect(open(left).recall(), JSON.stringify(tear)).toBe(next);
          }
        },
      );
      expect(found).toEqual(new Set([older, newer]));
    },
  );

  it("on the very first note leaves none, or that one", () => {
    cutEverywhere(
      blankFlash(5).chip,
      (copy) => open(copy).remember(newer),
      (left) => {
        expect(["", newer]).toContain(open(left).recall());
        open(left).remember(older);
        expect(open(left).recall()).toBe(older);
      },
    );
  });

  it("that left no trace in the note's head, but further on, does not spoil the next note", () => {
    const test = blankFlash(5);
    const notes = open(test);
    notes.remember(older);
    const end = 12 + ((6 + older.length + 3) & ~3);
    // Any subset of the bits may have been cleared before the power went: here none of the first ten bytes'.
    test.chip.program(first * blockLength + end + 10, Buffer.from("120 s left"));
    expect(open(test).recall()).toBe(older);
    open(test).remember(newer);
    expect(open(test).recall()).toBe(newer);
  });

  it("is survived with a second cut in the note that follows", () => {
    for (const room of [600, 60]) {
      cutEverywhere(
        filled(room).chip,
        (copy) => open(copy).remember(newer),
        (left) => {
          const between = open(left).recall();
          cutEverywhere(
            left.chip,
            (copy) => open(copy).remember("zone 4"),
            (end) => expect([between, "zone 4"]).toContain(open(end).recall()),
          );
        },
      );
    }
  });
});

describe("a chip that fails", () => {
  it("does not spoil the note after the one that it did not take", () => {
    const test = blankFlash(5);
    open(test).remember("one");
    let failing = true;
    const flash = {
      ...test.flash,
      write: (bytes: { length: number; slice: (a: number, b?: number) => never }, offset: number) => {
        test.flash.write(failing ? (bytes.slice(0, 8) as never) : bytes, offset);
        if (failing) throw new Error("no answer from the chip");
      },
    };
    const notes = new Notes(nodeBytes, nodeCrypto, flash as never, first);
    notes.open();
    expect(() => notes.remember("two")).toThrow("no answer");
    expect(notes.recall()).toBe("one");
    failing = false;
    notes.remember("three");
    expect(open(test).recall()).toBe("three");
  });
});
