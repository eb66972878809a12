import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  activeOtaEntry,
  makeOtaEntry,
  nextOtaWrite,
  type OtaEntry,
  OtaState,
  otaBootOrder,
  otaCrc,
  parseOtaEntry,
} from "../../../src/core/flash/otadata.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { nodeCrypto } from "../../../src/node/crypto.js";
import { latin1Bytes } from "../../support/latin1-bytes.js";
import golden from "../../vectors/golden.json" with { type: "json" };

const blank: OtaEntry = { sequence: 0xffffffff, state: 0xffffffff, crc: 0xffffffff };

function entry(sequence: number, state: number = OtaState.Undefined): OtaEntry {
  return { sequence, state, crc: otaCrc(nodeBytes, nodeCrypto, sequence) };
}

function badCrc(sequence: number, state: number = OtaState.Undefined): OtaEntry {
  return { ...entry(sequence, state), crc: 0x12345678 };
}

describe("an entry", () => {
  test.each(Object.entries(golden.otadataCrcBySeq))("sequence %s has the CRC %s", (sequence, crc) => {
    expect(otaCrc(nodeBytes, nodeCrypto, Number(sequence))).toBe(Number.parseInt(crc, 16));
    expect(otaCrc(latin1Bytes, nodeCrypto, Number(sequence))).toBe(Number.parseInt(crc, 16));
  });

  test("survives being made and parsed", () => {
    const word = fc.integer({ min: 0, max: 0xffffffff });
    fc.assert(
      fc.property(word, word, (sequence, state) => {
        const made = makeOtaEntry(nodeBytes, nodeCrypto, sequence, state);
        expect(made.length).toBe(32);
        expect(parseOtaEntry(nodeBytes, made)).toEqual(entry(sequence, state));
      }),
    );
  });

  test("of erased flash is blank", () => {
    expect(parseOtaEntry(nodeBytes, new Uint8Array(32).fill(0xff))).toEqual(blank);
  });
});

describe("the boot loader's order", () => {
  const F = -1;
  // ota slots, whether there is a factory, the two entries, the order
  const cases: [string, number, boolean, OtaEntry, OtaEntry, number[]][] = [
    ["blank otadata starts factory", 2, true, blank, blank, [F, 0, 1]],
    ["blank otadata without factory starts ota_0", 2, false, blank, blank, [0, 1]],
    ["one valid entry", 2, true, entry(1), blank, [0, F, 1]],
    ["the higher sequence of two", 2, true, entry(1), entry(2), [1, 0, F]],
    ["either way round", 2, true, entry(4), entry(3), [1, 0, F]],
    ["a tie goes to the first", 2, true, entry(2), entry(2), [1, 0, F]],
    ["a bad CRC does not count", 2, true, entry(1), badCrc(2), [0, F, 1]],
    ["two bad CRCs try everything", 2, true, badCrc(1), badCrc(2), [F, 0, 1]],
    ["INVALID does not count", 2, true, entry(1), entry(2, OtaState.Invalid), [0, F, 1]],
    ["ABORTED does not count", 1, true, entry(1, OtaState.Aborted), blank, [F, 0]],
    ["both given up: factory", 2, true, entry(1, OtaState.Aborted), entry(2, OtaState.Invalid), [F, 0, 1]],
    ["a single slot whatever the number", 1, true, entry(7), blank, [0, F]],
    ["no ota slots: factory", 0, true, entry(1), blank, [F]],
  ];
  test.each(cases)("%s", (_, slots, hasFactory, first, second, order) => {
    expect(otaBootOrder(nodeBytes, nodeCrypto, [first, second], slots, hasFactory)).toEqual(order);
  });

  test("is always some order of all slots, each once", () => {
    const anyEntry = fc.oneof(
      fc.constant(blank),
      fc
        .tuple(fc.nat(20), fc.constantFrom(0, 1, 2, 3, 4, 0xffffffff), fc.boolean())
        .map(([sequence, state, good]) => (good ? entry(sequence, state) : badCrc(sequence, state))),
    );
    fc.assert(
      fc.property(anyEntry, anyEntry, fc.nat(4), fc.boolean(), (first, second, count, hasFactory) => {
        const order = otaBootOrder(nodeBytes, nodeCrypto, [first, second], count, hasFactory);
        const slots = Array.from({ length: count }, (_, slot) => slot);
        expect([...order].sort((a, b) => a - b)).toEqual(hasFactory ? [F, ...slots] : slots);
      }),
    );
  });
});

test("with a single ota slot the new entry still outranks the old one", () => {
  expect(nextOtaWrite(nodeBytes, nodeCrypto, [entry(1), blank], 0, 1)).toEqual({ sector: 1, sequence: 2 });
});

test("a sequence number near its end is found at once, and none beyond it is made", () => {
  const current = 0xfffffff0;
  expect(nextOtaWrite(nodeBytes, nodeCrypto, [entry(current), blank], 1, 4)).toEqual({
    sector: 1,
    sequence: 0xfffffff2,
  });
  expect(nextOtaWrite(nodeBytes, nodeCrypto, [entry(0xfffffffc), blank], 1, 2).sequence).toBe(0xfffffffe);
  for (const slots of [1, 2, 4])
    expect(() => nextOtaWrite(nodeBytes, nodeCrypto, [entry(0xfffffffe), blank], 0, slots)).toThrow(
      "used up",
    );
});

test("what is written to switch makes that slot the next to start, and touches the other sector", () => {
  const state = fc.constantFrom<number>(OtaState.Valid, OtaState.Undefined, OtaState.Aborted);
  const sequence = fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 0xfffffff0 }));
  const given = fc.oneof(
    fc.constant(blank),
    fc.tuple(sequence, state).map(([s, t]) => entry(s, t)),
  );
  fc.assert(
    fc.property(given, given, fc.integer({ min: 1, max: 4 }), fc.nat(3), (a, b, slots, pick) => {
      const slot = pick % slots;
      const entries = [a, b];
      const active = activeOtaEntry(nodeBytes, nodeCrypto, entries);
      const write = nextOtaWrite(nodeBytes, nodeCrypto, entries, slot, slots);
      expect(write.sector).not.toBe(active);
      entries[write.sector] = entry(write.sequence);
      expect(otaBootOrder(nodeBytes, nodeCrypto, entries, slots, true)[0]).toBe(slot);
    }),
  );
});
