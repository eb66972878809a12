import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type FaultKind, FlashFault, faultKinds } from "../../../src/board/flash-fault.js";
import type { Flash } from "../../../src/core/ports.js";
import { chooseBoot, StartReason } from "../../../src/core/update/boot.js";
import { apply, freshState, Journal, JournalRecord } from "../../../src/core/update/journal.js";
import { Notes } from "../../../src/core/update/notes.js";
import { checked } from "../../../src/core/update/read-back.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { nodeCrypto } from "../../../src/node/crypto.js";
import { blankFlash, blockLength, portOn, type TestFlash } from "../../support/core-flash.js";

const first = 1;

function open(test: TestFlash): Journal {
  const journal = new Journal(nodeBytes, nodeCrypto, checked(test.flash), first);
  journal.open();
  return journal;
}

/** What the next start finds, with a chip that has come to its senses. */
function found(test: TestFlash): ReturnType<Journal["open"]> {
  const chip = test.chip.fork();
  chip.fault = undefined;
  return open(portOn(chip)).current();
}

function begin({ chip }: TestFlash, kind: FaultKind, after = 0, count?: number, seed = 1): void {
  const from = (kind === "flipped-read" ? chip.reads : chip.operations) + after;
  chip.fault = new FlashFault(count === undefined ? { kind, from, seed } : { kind, from, count, seed });
}

const anyKind = fc.constantFrom(...faultKinds);
const anyRecord = fc.integer({ min: JournalRecord.AppA, max: JournalRecord.Errand });

describe("the boot journal on flash that lies", () => {
  it("holds just the records that it has reported as kept, whatever the fault", () => {
    const some = fc.array(anyRecord, { maxLength: 80 });
    // So many reads in a row that are wrong are more than anything can tell from the truth.
    const length = fc.integer({ min: 1, max: 3 });
    fc.assert(
      fc.property(some, anyKind, fc.nat(120), length, fc.nat(999), (records, kind, after, count, seed) => {
        const test = blankFlash(4);
        const journal = open(test);
        journal.append(JournalRecord.Confirm);
        const state = freshState();
        begin(test, kind, after, kind === "flipped-read" ? 1 : count, seed);
        for (const record of records) if (journal.append(record)) apply(state, record);
        expect(journal.current()).toEqual(state);
        expect(found(test)).toEqual(state);
      }),
      { numRuns: 400 },
    );
  });

  it.each(["lost-write", "throws", "lost-erase", "stuck-bit"] as const)(
    "survives one fault in any operation, also where the block turns: %s",
    (kind) => {
      for (const older of [0, 1, 60, 63, 64, 65])
        for (let after = 0; after < 3; after++)
          for (let seed = 0; seed < 8; seed++) {
            const test = blankFlash(4);
            const journal = open(test);
            for (let i = 0; i < older; i++) journal.append(JournalRecord.Confirm);
            begin(test, kind, after, 1, seed);
            expect(journal.append(JournalRecord.AppB), `${older} ${after} ${seed}`).toBe(true);
            expect(found(test)).toMatchObject({ app: 1, appTrial: true });
          }
    },
  );

  it.each([
    ["the block in use", 0],
    ["the other one", 64],
  ])("goes on for hundreds of records when a block is dead: %s", (_name, after) => {
    const test = blankFlash(4);
    const journal = open(test);
    journal.append(JournalRecord.Confirm);
    begin(test, "dead-block", after);
    const state = freshState();
    for (let i = 0; i < 600; i++) {
      const record = 1 + ((i * 7) % 15);
      expect(journal.append(record), `${i}`).toBe(true);
      apply(state, record);
    }
    expect(found(test)).toEqual(state);
    expect(open(test).current()).toEqual(state);
  });

  it.each(["lost-write", "throws"] as const)("changes nothing where flash takes nothing: %s", (kind) => {
    const test = blankFlash(4);
    const journal = open(test);
    for (const record of [JournalRecord.AppB, JournalRecord.Confirm]) journal.append(record);
    const before = { ...journal.current() };
    begin(test, kind);
    expect(journal.append(JournalRecord.AppA)).toBe(false);
    expect(journal.current()).toEqual(before);
    expect(found(test)).toEqual(before);
  });

  it("does not let what half an erase has left count behind the new head", () => {
    const test = blankFlash(4);
    const journal = open(test);
    for (let i = 0; i < 64; i++) journal.append(JournalRecord.AppB);
    for (let i = 0; i < 64; i++) journal.append(JournalRecord.AppA);
    journal.append(JournalRecord.Confirm);
    /** The head goes, the records stay. */
    const half: Flash = {
      ...test.flash,
      eraseBlock: (start, end) => {
        const left = test.flash.read(500, start * blockLength + 16);
        test.flash.eraseBlock(start, end);
        test.flash.write(left, start * blockLength + 16);
      },
    };
    const weak = new Journal(nodeBytes, nodeCrypto, half, first);
    weak.open();
    for (let i = 0; i < 64; i++) expect(weak.append(JournalRecord.PowerOn)).toBe(true);
    expect(found(test)).toMatchObject({ app: 0, appTrial: false, attempts: 64 });
  });
});

describe("a start on flash that lies", () => {
  const boot = (test: TestFlash, reason: StartReason, apps = [0, 1], newerApp = -1) =>
    chooseBoot(
      new Journal(nodeBytes, nodeCrypto, checked(test.flash), first),
      reason,
      (slot) => apps.includes(slot),
      () => true,
      (isAgent) => (isAgent ? -1 : newerApp),
    );

  it.each(["lost-write", "throws"] as const)(
    "goes on with what proved itself where nothing is kept: %s",
    (kind) => {
      const test = blankFlash(4);
      const journal = open(test);
      for (const record of [JournalRecord.AppB, JournalRecord.Confirm]) journal.append(record);
      begin(test, kind);
      for (const reason of [StartReason.PowerOn, StartReason.Restart, StartReason.Watchdog])
        expect(boot(test, reason)).toMatchObject({ app: 1, why: "" });
    },
  );

  it("runs the version before one on trial that cannot be counted, and the new one again once it can", () => {
    const test = blankFlash(4);
    open(test).append(JournalRecord.AppB);
    begin(test, "lost-write");
    expect(boot(test, StartReason.Restart)).toMatchObject({ app: 0, appTrial: false, why: "rollback" });
    test.chip.fault = undefined;
    expect(boot(test, StartReason.Restart)).toMatchObject({ app: 1, appTrial: true });
  });

  it("carries an errand out only when flash keeps that it was taken", () => {
    const test = blankFlash(4);
    open(test).append(JournalRecord.Errand);
    begin(test, "lost-write");
    expect(boot(test, StartReason.Restart)).toMatchObject({ app: 0, why: "" });
    test.chip.fault = undefined;
    expect(boot(test, StartReason.Restart).why).toBe("update-mode");
    expect(boot(test, StartReason.Restart).why).toBe("");
  });

  it.each([
    ["the newer of two sound apps, on trial", 1, { app: 1, appTrial: true, why: "update" }],
    ["the first of two of one version", -1, { app: 0, appTrial: false, why: "" }],
  ])("without a journal it runs %s", (_name, newer, expected) => {
    const test = blankFlash(4);
    expect(boot(test, StartReason.PowerOn, [0, 1], newer)).toMatchObject(expected);
  });

  it("without a journal it returns from the newer one when that does not get well", () => {
    const test = blankFlash(4);
    const apps = [0, 1, 2, 3].map(() => boot(test, StartReason.Watchdog, [0, 1], 1).app);
    expect(apps).toEqual([1, 1, 1, 0]);
  });

  it("is not misled by a single flipped read", () => {
    const origin = blankFlash(4);
    const journal = open(origin);
    for (const record of [JournalRecord.AppB, JournalRecord.Confirm]) journal.append(record);
    for (let after = 0; after < 12; after++)
      for (let seed = 0; seed < 200; seed++) {
        const test = portOn(origin.chip.fork());
        begin(test, "flipped-read", after, 1, seed);
        expect(boot(test, StartReason.PowerOn)).toMatchObject({ app: 1, appTrial: false, why: "" });
        expect(found(test)).toMatchObject({ app: 1, appTrial: false, attempts: 0 });
      }
  });
});

describe("notes on flash that lies", () => {
  const notes = (test: TestFlash): Notes => {
    const made = new Notes(nodeBytes, nodeCrypto, checked(test.flash), first);
    made.open();
    return made;
  };

  it("are the last that was reported as kept, whatever the fault", () => {
    const texts = fc.array(fc.string({ maxLength: 60, unit: "binary-ascii" }), { maxLength: 40 });
    fc.assert(
      fc.property(
        texts,
        anyKind,
        fc.nat(60),
        fc.integer({ min: 1, max: 3 }),
        fc.nat(999),
        (all, kind, after, count, seed) => {
          const test = blankFlash(4);
          const mine = notes(test);
          let last = "";
          begin(test, kind, after, kind === "flipped-read" ? 1 : count, seed);
          for (const text of all) if (mine.remember(text)) last = text;
          expect(mine.recall()).toBe(last);
          test.chip.fault = undefined;
          expect(notes(test).recall()).toBe(last);
        },
      ),
      { numRuns: 300 },
    );
  });

  it.each(["lost-write", "lost-erase", "throws", "stuck-bit", "flipped-read"] as const)(
    "come through a single fault: %s",
    (kind) => {
      for (let older = 0; older < 40; older++)
        for (let after = 0; after < 4; after++) {
          const test = blankFlash(4);
          const mine = notes(test);
          for (let i = 0; i < older; i++) mine.remember(`${i} ${"n".repeat(50)}`);
          begin(test, kind, after, 1, older);
          expect(mine.remember("this one"), `${older} ${after}`).toBe(true);
          test.chip.fault = undefined;
          expect(notes(test).recall()).toBe("this one");
        }
    },
  );

  it("keeps the last one where flash takes nothing any more", () => {
    const test = blankFlash(4);
    const mine = notes(test);
    mine.remember("kept");
    begin(test, "lost-write");
    expect(mine.remember("lost")).toBe(false);
    expect(mine.recall()).toBe("kept");
    test.chip.fault = undefined;
    expect(notes(test).recall()).toBe("kept");
  });
});
