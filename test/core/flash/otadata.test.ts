import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  activeOtaEntry,
  type BootFacts,
  makeOtaEntry,
  nextOtaWrite,
  type OtaEntry,
  OtaState,
  otaCrc,
  parseOtaEntry,
  selectOtaSlot,
  slotOf,
} from "../../../src/core/flash/otadata.js";
import { latin1Bytes, nodeBytes } from "../../../src/node/bytes.js";
import { nodeCrypto } from "../../../src/node/crypto.js";

const golden: { otadataCrcBySeq: Record<string, string> } = JSON.parse(
  readFileSync(new URL("../../vectors/golden.json", import.meta.url), "utf8"),
);

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

describe("the boot loader's choice", () => {
  const two: BootFacts = { rollback: true, otaSlots: 2, hasFactory: true };
  const one: BootFacts = { rollback: false, otaSlots: 1, hasFactory: true };
  const pair: BootFacts = { rollback: false, otaSlots: 2, hasFactory: false };
  const F = -1;
  const cases: [string, BootFacts, OtaEntry, OtaEntry, number[]][] = [
    ["blank otadata starts factory", two, blank, blank, [F, 0, 1]],
    ["blank otadata without factory starts ota_0", pair, blank, blank, [0, 1]],
    ["one valid entry", two, entry(1), blank, [0, F, 1]],
    ["the higher sequence of two", two, entry(1), entry(2), [1, 0, F]],
    ["either way round", two, entry(4), entry(3), [1, 0, F]],
    ["a tie goes to the first", two, entry(2), entry(2), [1, 0, F]],
    ["a bad CRC does not count", two, entry(1), badCrc(2), [0, F, 1]],
    ["two bad CRCs try everything", two, badCrc(1), badCrc(2), [F, 0, 1]],
    ["INVALID does not count", two, entry(1), entry(2, OtaState.Invalid), [0, F, 1]],
    ["ABORTED does not count, without rollback either", one, entry(1, OtaState.Aborted), blank, [F, 0]],
    ["both given up: factory", two, entry(1, OtaState.Aborted), entry(2, OtaState.Invalid), [F, 0, 1]],
    ["a single slot whatever the number", one, entry(7), blank, [0, F]],
    ["no ota slots: factory", { ...one, otaSlots: 0 }, entry(1), blank, [F]],
  ];
  test.each(cases)("%s", (_, facts, first, second, order) => {
    expect(selectOtaSlot(nodeBytes, nodeCrypto, [first, second], facts).order).toEqual(order);
  });

  test("with rollback starts a new image as a trial", () => {
    const choice = selectOtaSlot(
      nodeBytes,
      nodeCrypto,
      [entry(1, OtaState.Valid), entry(2, OtaState.New)],
      two,
    );
    expect(choice.writes).toEqual([{ sector: 1, sequence: 2, state: OtaState.PendingVerify }]);
    expect(choice.order[0]).toBe(1);
  });

  test("with rollback gives up a trial that did not confirm, whatever its CRC", () => {
    const trial = badCrc(2, OtaState.PendingVerify);
    const choice = selectOtaSlot(nodeBytes, nodeCrypto, [entry(1, OtaState.Valid), trial], two);
    expect(choice.writes).toEqual([{ sector: 1, sequence: 2, state: OtaState.Aborted }]);
    expect(choice.order[0]).toBe(0);
  });

  test("without rollback writes nothing", () => {
    for (const state of [OtaState.New, OtaState.PendingVerify, OtaState.Undefined])
      expect(selectOtaSlot(nodeBytes, nodeCrypto, [entry(1, state), blank], one).writes).toEqual([]);
  });

  test("notes first use only where there is no factory", () => {
    expect(selectOtaSlot(nodeBytes, nodeCrypto, [blank, blank], pair).initial).toBe(true);
    expect(selectOtaSlot(nodeBytes, nodeCrypto, [blank, blank], two).initial).toBe(false);
    expect(selectOtaSlot(nodeBytes, nodeCrypto, [entry(1, OtaState.Invalid), blank], pair).initial).toBe(
      false,
    );
  });

  test("is always some order of all slots, each once", () => {
    const anyEntry = fc.oneof(
      fc.constant(blank),
      fc
        .tuple(fc.nat(20), fc.constantFrom(0, 1, 2, 3, 4, 0xffffffff), fc.boolean())
        .map(([sequence, state, good]) => (good ? entry(sequence, state) : badCrc(sequence, state))),
    );
    const facts = fc.record({ rollback: fc.boolean(), otaSlots: fc.nat(4), hasFactory: fc.boolean() });
    fc.assert(
      fc.property(anyEntry, anyEntry, facts, (first, second, given) => {
        const { order } = selectOtaSlot(nodeBytes, nodeCrypto, [first, second], given);
        const slots = Array.from({ length: given.otaSlots }, (_, slot) => slot);
        expect([...order].sort((a, b) => a - b)).toEqual(given.hasFactory ? [F, ...slots] : slots);
      }),
    );
  });
});

test("with a single ota slot the new entry still outranks the old one", () => {
  const write = nextOtaWrite(nodeBytes, nodeCrypto, [entry(1), blank], 0, 1, false);
  expect(write).toEqual({ sector: 1, sequence: 2, state: OtaState.Undefined });
});

test("what is written to switch makes that slot the next to start, and touches the other sector", () => {
  const state = fc.constantFrom<number>(OtaState.Valid, OtaState.Undefined, OtaState.Aborted);
  const given = fc.oneof(
    fc.constant(blank),
    fc.tuple(fc.integer({ min: 1, max: 50 }), state).map(([s, t]) => entry(s, t)),
  );
  fc.assert(
    fc.property(
      given,
      given,
      fc.integer({ min: 1, max: 4 }),
      fc.nat(3),
      fc.boolean(),
      (a, b, slots, pick, rollback) => {
        const slot = pick % slots;
        const entries = [a, b];
        const active = activeOtaEntry(nodeBytes, nodeCrypto, entries);
        const write = nextOtaWrite(nodeBytes, nodeCrypto, entries, slot, slots, rollback);
        expect(write.sector).not.toBe(active);
        entries[write.sector] = entry(write.sequence, write.state);
        const facts: BootFacts = { rollback, otaSlots: slots, hasFactory: true };
        expect(selectOtaSlot(nodeBytes, nodeCrypto, entries, facts).order[0]).toBe(slot);
        expect(slotOf(write.sequence, slots)).toBe(slot);
      },
    ),
  );
});
