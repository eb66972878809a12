import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { FlashGuardError, NorFlash } from "../../src/board/nor-flash.js";
import { PowerCut, tearModes, tearOf } from "../../src/board/power-cut.js";

const blockLength = 512;
const size = 4 * blockLength;
const base = 0x1000;
const blank = (): NorFlash => new NorFlash({ size, blockLength, base, pageLength: 64 });

type Operation =
  | { readonly op: "program"; readonly at: number; readonly data: Uint8Array }
  | { readonly op: "erase"; readonly at: number }
  | { readonly op: "fork" };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc
    .tuple(fc.nat(size - 1), fc.uint8Array({ minLength: 1, maxLength: 700, size: "max" }))
    .map(([at, data]) => ({ op: "program" as const, at, data: data.subarray(0, size - at) })),
  fc.nat(size - 1).map((at) => ({ op: "erase" as const, at })),
  fc.constant({ op: "fork" as const }),
);

/** The same in the plainest way: an array, and AND. */
function apply(model: Uint8Array, todo: Operation): void {
  if (todo.op === "program")
    todo.data.forEach((byte, i) => {
      model[todo.at + i] &= byte;
    });
  if (todo.op === "erase") {
    const start = todo.at - (todo.at % blockLength);
    model.fill(0xff, start, start + blockLength);
  }
}

describe("NorFlash", () => {
  test("programs by AND and erases whole blocks, over any order of operations and forks", () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 30 }), (operations) => {
        let flash = blank();
        const model = new Uint8Array(size).fill(0xff);
        const left: { flash: NorFlash; content: Uint8Array }[] = [];
        for (const todo of operations) {
          if (todo.op === "program") flash.program(base + todo.at, todo.data);
          if (todo.op === "erase") flash.eraseBlockAt(base + todo.at);
          if (todo.op === "fork") {
            left.push({ flash, content: model.slice() });
            flash = flash.fork();
          }
          apply(model, todo);
        }
        expect(Buffer.compare(flash.read(base, size), model)).toBe(0);
        // what was forked off still holds what it held, whatever the child wrote
        for (const parent of left)
          expect(Buffer.compare(parent.flash.read(base, size), parent.content)).toBe(0);
      }),
    );
  });

  test("a child's content survives what its parent writes later", () => {
    const parent = blank();
    parent.program(base, Uint8Array.of(1, 2, 3));
    const child = parent.fork();
    parent.eraseBlockAt(base);
    parent.program(base, Uint8Array.of(9));
    expect([...child.read(base, 3)]).toEqual([1, 2, 3]);
  });

  test("counts operations a page at a time, wear, and bits that wanted to become 1", () => {
    const flash = blank();
    flash.program(base + 60, new Uint8Array(70));
    expect(flash.operations).toBe(3); // 4 + 64 + 2 bytes
    flash.program(base + 60, Uint8Array.of(0xff, 0x00));
    expect(flash.violations).toBe(1);
    flash.eraseBlockAt(base + blockLength);
    flash.eraseBlockAt(base + blockLength + 5);
    expect([...flash.erases]).toEqual([0, 2, 0, 0]);
  });

  test("says no to addresses outside the chip", () => {
    const flash = blank();
    expect(() => flash.read(base - 1, 1)).toThrow(RangeError);
    expect(() => flash.program(base + size - 1, Uint8Array.of(1, 2))).toThrow(RangeError);
    expect(() => flash.eraseBlockAt(base + size)).toThrow(RangeError);
  });

  test("a guard stops writes and erases, and only where it stands", () => {
    const flash = blank();
    const lift = flash.confine(base + blockLength, base + 2 * blockLength, "slot b");
    flash.program(base + blockLength, Uint8Array.of(0));
    expect(() => flash.program(base + blockLength - 1, Uint8Array.of(0))).toThrow(FlashGuardError);
    expect(() => flash.eraseBlockAt(base)).toThrow("outside slot b");
    expect(flash.read(base, 1)[0]).toBe(0xff);
    lift();
    flash.program(base, Uint8Array.of(0));
  });
});

describe("a power cut", () => {
  test("leaves any torn program between old and new, bit by bit, and later pages untouched", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 200, maxLength: 200 }),
        fc.uint8Array({ minLength: 200, maxLength: 200 }),
        fc.constantFrom(...tearModes),
        fc.integer(),
        fc.nat(3),
        (old, data, mode, seed, cut) => {
          const flash = blank();
          flash.program(base, old);
          const first = flash.operations;
          flash.cutAt(first + cut, tearOf(mode, seed));
          expect(() => flash.program(base, data)).toThrow(PowerCut);
          const now = flash.read(base, 200);
          for (let i = 0; i < 200; i++) {
            const after = old[i] & data[i];
            if (i < cut * 64) expect(now[i]).toBe(after);
            else if (i >= (cut + 1) * 64) expect(now[i]).toBe(old[i]);
            else expect({ ones: now[i] & ~old[i], lost: after & ~now[i] }).toEqual({ ones: 0, lost: 0 });
          }
          expect(flash.operations).toBe(first + cut + 1);
        },
      ),
    );
  });

  test.each([
    ["nothing", 0, 512],
    ["half", 256, 256],
    ["complete", 512, 0],
  ] as const)("tears an erase: %s", (mode, erased, kept) => {
    const flash = blank();
    flash.program(base, new Uint8Array(blockLength));
    flash.cutAt(flash.operations, tearOf(mode));
    expect(() => flash.eraseBlockAt(base)).toThrow(PowerCut);
    const now = flash.read(base, blockLength);
    expect(now.filter((byte) => byte === 0xff).length).toBe(erased);
    expect(now.filter((byte) => byte === 0).length).toBe(kept);
  });

  test("can leave exactly one bit undone", () => {
    const flash = blank();
    flash.program(base, new Uint8Array(blockLength));
    flash.cutAt(flash.operations, tearOf("all-but-one"));
    expect(() => flash.eraseBlockAt(base)).toThrow(PowerCut);
    const zeros = flash.read(base, blockLength).reduce((sum, byte) => sum + (8 - bits(byte)), 0);
    expect(zeros).toBe(1);
  });

  test("with seeded bits does the same for the same seed, and not for another", () => {
    const torn = (seed: number): string => {
      const flash = blank();
      flash.cutAt(0, tearOf("bits", seed));
      expect(() => flash.program(base, new Uint8Array(64))).toThrow(PowerCut);
      return Buffer.from(flash.read(base, 64)).toString("hex");
    };
    expect(torn(7)).toBe(torn(7));
    expect(torn(7)).not.toBe(torn(8));
  });
});

function bits(byte: number): number {
  let count = 0;
  for (let rest = byte; rest > 0; rest &= rest - 1) count++;
  return count;
}
