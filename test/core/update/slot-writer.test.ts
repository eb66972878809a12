import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { FaultNumber } from "../../../src/core/errors.js";
import type { Flash } from "../../../src/core/ports.js";
import { SlotWriter } from "../../../src/core/update/slot-writer.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { pieces } from "../../support/core-bundle.js";
import { blankFlash, blockLength, type TestFlash } from "../../support/core-flash.js";

const first = 2;
const blocks = 3;
const slotStart = first * blockLength;
const slotEnd = (first + blocks) * blockLength;

function image(length: number, salt = 1): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + (i >> 8) + salt) & 255);
}

function begin(test: TestFlash, flash: Flash = test.flash): SlotWriter {
  const writer = new SlotWriter(nodeBytes, flash);
  writer.begin(first, blocks);
  return writer;
}

/** Erases of each block and programs so far. */
function work(test: TestFlash): { erases: number[]; operations: number } {
  return { erases: [...test.chip.erases], operations: test.chip.operations };
}

describe("SlotWriter", () => {
  it("erases each block as it begins it, and no more of the slot than the image needs", () => {
    const test = blankFlash(7);
    const writer = begin(test);
    expect(writer.start).toBe(slotStart);
    expect(writer.write(image(1500))).toBeUndefined();
    expect(writer.done).toBe(1500);
    expect(test.chip.read(slotStart, 1500)).toEqual(image(1500));
    expect([...test.chip.erases]).toEqual([0, 0, 1, 1, 0, 0, 0]);
  });

  it("takes nothing before it has a slot", () => {
    const test = blankFlash(7);
    const writer = new SlotWriter(nodeBytes, test.flash);
    expect(writer.write(image(1))?.number).toBe(FaultNumber.Space);
    expect(test.chip.operations).toBe(0);
  });

  it.each([1, 2, 3])("neither erases nor writes blocks that are there already, %i at once", (atOnce) => {
    const test = blankFlash(7);
    begin(test).write(image(3 * blockLength));
    const before = work(test);
    const writer = begin(test);
    for (const piece of pieces(image(3 * blockLength), atOnce * blockLength))
      expect(writer.write(piece)).toBeUndefined();
    expect(writer.done).toBe(3 * blockLength);
    expect(work(test)).toEqual(before);
  });

  it("erases and writes only the block that differs, when it comes in blocks", () => {
    const test = blankFlash(7);
    begin(test).write(image(3 * blockLength));
    const before = [...test.chip.erases];
    const next = image(3 * blockLength);
    next[blockLength + 700] ^= 0x5a;
    const writer = begin(test);
    for (const piece of pieces(next, blockLength)) expect(writer.write(piece)).toBeUndefined();
    expect(test.chip.read(slotStart, next.length)).toEqual(next);
    expect([...test.chip.erases].map((erases, block) => erases - before[block])).toEqual([
      0, 0, 0, 1, 0, 0, 0,
    ]);
    expect(test.chip.violations).toBe(0);
  });

  it("erases a block once, whatever was in it, when it comes in pieces, also what remains of an image", () => {
    const test = blankFlash(7);
    begin(test).write(image(2500, 9));
    const before = [...test.chip.erases];
    const writer = begin(test);
    for (const piece of pieces(image(2500), 536)) expect(writer.write(piece)).toBeUndefined();
    expect(test.chip.read(slotStart, 2500)).toEqual(image(2500));
    expect([...test.chip.erases].map((erases, block) => erases - before[block])).toEqual([
      0, 0, 1, 1, 1, 0, 0,
    ]);
    expect(test.chip.violations).toBe(0);
  });

  it("refuses more than the slot holds before it touches anything", () => {
    const test = blankFlash(7);
    const writer = begin(test);
    expect(writer.write(image(blocks * blockLength))).toBeUndefined();
    const before = work(test);
    expect(writer.write(image(1))).toMatchObject({ number: FaultNumber.Space });
    expect(begin(test).write(image(blocks * blockLength + 1))).toMatchObject({ number: FaultNumber.Space });
    expect(work(test)).toEqual(before);
  });

  it.each([
    ["read", FaultNumber.Read],
    ["write", FaultNumber.Write],
    ["eraseBlock", FaultNumber.Erase],
  ] as const)("tells which operation failed: %s", (broken, number) => {
    const test = blankFlash(7);
    begin(test).write(image(blockLength));
    const throws = (): never => {
      throw new Error("no answer from the chip");
    };
    const writer = begin(test, { ...test.flash, [broken]: throws });
    expect(writer.write(image(blockLength, 2))).toMatchObject({ number });
  });

  it("leaves the image in the slot, other blocks as they were, and asks the chip for nothing but clear bits", () => {
    const filler = fc.constantFrom<"blank" | "same" | "other" | "partly">("blank", "same", "other", "partly");
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: blocks * blockLength }),
        fc.array(filler, { minLength: 7, maxLength: 7 }),
        fc.array(fc.integer({ min: 1, max: 1500 }), { minLength: 1, maxLength: 20 }),
        fc.nat(255),
        (length, fillers, cuts, salt) => {
          const test = blankFlash(7);
          const wanted = image(length, salt);
          fillers.forEach((what, block) => {
            if (what === "blank") return;
            const content = new Uint8Array(blockLength).fill(0xff);
            const at = block * blockLength - slotStart;
            for (let i = 0; i < blockLength; i++) {
              const same = at + i >= 0 && at + i < length ? wanted[at + i] : 0xff;
              if (what === "same" || (what === "partly" && i < 333)) content[i] = same;
              else if (what === "other" || i < 600) content[i] = (i * 13 + block) & 255;
            }
            test.chip.program(block * blockLength, content);
          });
          const before = test.chip.fork();
          const lift = test.chip.confine(slotStart, slotEnd, "the slot");
          const writer = begin(test);
          let at = 0;
          for (let i = 0; at < length; i++) {
            const piece = wanted.slice(at, at + cuts[i % cuts.length]);
            expect(writer.write(piece)).toBeUndefined();
            at += piece.length;
          }
          lift();
          expect(Buffer.from(test.chip.read(slotStart, length)).equals(wanted)).toBe(true);
          for (const outside of [0, slotEnd])
            expect(
              Buffer.compare(test.chip.read(outside, 2 * blockLength), before.read(outside, 2 * blockLength)),
            ).toBe(0);
          expect(test.chip.violations).toBe(0);
          for (const erases of test.chip.erases) expect(erases).toBeLessThanOrEqual(1);
        },
      ),
      { numRuns: 150 },
    );
  });
});
