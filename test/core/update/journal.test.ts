import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  apply,
  attemptLimit,
  type BootState,
  freshState,
  Journal,
  JournalRecord,
} from "../../../src/core/update/journal.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { nodeCrypto } from "../../../src/node/crypto.js";
import { blankFlash, blockLength, cutEverywhere, portOn, type TestFlash } from "../../support/core-flash.js";
import { latin1Bytes } from "../../support/latin1-bytes.js";

const first = 1;
const lastRecord: number = JournalRecord.Errand;
const anyRecord = fc.integer({ min: JournalRecord.AppA, max: lastRecord });

function open(test: TestFlash): Journal {
  const journal = new Journal(nodeBytes, nodeCrypto, test.flash, first);
  journal.open();
  return journal;
}

function fold(records: readonly number[]): BootState {
  const state = freshState();
  for (const record of records) apply(state, record);
  return state;
}

/** Records that are all different from what they follow, long enough to turn blocks. */
function manyRecords(count: number): number[] {
  return Array.from({ length: count }, (_, i) => 1 + ((i * 9) % lastRecord));
}

describe("apply", () => {
  const after = (...records: number[]) => fold(records);

  it.each([
    ["nothing", [], {}],
    ["a new app in b", [JournalRecord.AppB], { app: 1, appTrial: true }],
    ["back to a", [JournalRecord.AppB, JournalRecord.AppBack], { app: 0, appBad: true, cameBack: true }],
    [
      "a new app after one that was bad",
      [JournalRecord.AppB, JournalRecord.AppBack, JournalRecord.AppB],
      { app: 1, appTrial: true },
    ],
    [
      "a start after coming back",
      [JournalRecord.AppB, JournalRecord.AppBack, JournalRecord.PowerOn],
      { appBad: true, attempts: 1 },
    ],
    ["a new agent in b", [JournalRecord.AgentB], { agent: 1, agentTrial: true }],
    [
      "back to agent a",
      [JournalRecord.AgentB, JournalRecord.AgentBack],
      { agent: 0, agentBad: true, cameBack: true },
    ],
    ["a confirmed app", [JournalRecord.AppB, JournalRecord.Unknown, JournalRecord.Confirm], { app: 1 }],
    ["a crash", [JournalRecord.Crash], { attempts: 4 }],
    ["an unexplained start", [JournalRecord.Unknown], { attempts: 2 }],
    ["power on", [JournalRecord.PowerOn], { attempts: 1 }],
    [
      "safe mode",
      [JournalRecord.AppB, JournalRecord.Crash, JournalRecord.SafeMode],
      { app: 1, safeMode: true },
    ],
    ["a start after safe mode", [JournalRecord.SafeMode, JournalRecord.PowerOn], { attempts: 1 }],
    ["new firmware in an odd slot", [JournalRecord.FirmwareOdd], { firmwareTrial: true, firmwareSlot: 1 }],
    [
      "firmware given up",
      [JournalRecord.FirmwareOdd, JournalRecord.FirmwareBack],
      { firmwareSlot: 1, cameBack: true },
    ],
    ["firmware confirmed", [JournalRecord.FirmwareEven, JournalRecord.Crash, JournalRecord.Confirm], {}],
    ["an app after safe mode", [JournalRecord.SafeMode, JournalRecord.AppB], { app: 1, appTrial: true }],
  ])("%s", (_name, records, changed) => {
    expect(after(...records)).toEqual({ ...freshState(), ...changed });
  });

  it("reaches the limit after three crashes, six unexplained starts or twelve power cuts, not before", () => {
    for (const [record, times] of [
      [JournalRecord.Crash, 3],
      [JournalRecord.Unknown, 6],
      [JournalRecord.PowerOn, 12],
    ]) {
      expect(fold(Array(times).fill(record)).attempts).toBeGreaterThanOrEqual(attemptLimit);
      expect(fold(Array(times - 1).fill(record)).attempts).toBeLessThan(attemptLimit);
    }
  });

  it("does not count beyond a byte, and does nothing for what is no record", () => {
    expect(fold(Array(100).fill(JournalRecord.Crash)).attempts).toBe(255);
    for (const record of [0, 16]) expect(fold([record])).toEqual(freshState());
  });
});

describe("Journal", () => {
  it("is fresh on a blank chip and touches nothing until something happens", () => {
    const test = blankFlash(4);
    expect(open(test).current()).toEqual(freshState());
    expect(test.chip.operations).toBe(0);
  });

  it("is fresh where there is only rubbish", () => {
    const test = blankFlash(4);
    test.chip.program(blockLength, Buffer.alloc(2 * blockLength, "SJ rubbish"));
    expect(open(test).current()).toEqual(freshState());
  });

  it("adds one byte for a record", () => {
    const test = blankFlash(4);
    const journal = open(test);
    journal.append(JournalRecord.AppB);
    const operations: number[] = [];
    test.chip.hook = (operation) => {
      operations.push(operation.length);
      return undefined;
    };
    journal.append(JournalRecord.Confirm);
    expect(operations).toEqual([1]);
  });

  it("keeps the state object that open gave up to date", () => {
    const journal = new Journal(nodeBytes, nodeCrypto, blankFlash(4).flash, first);
    const state = journal.open();
    journal.append(JournalRecord.AppB);
    expect(state.app).toBe(1);
    expect(journal.current()).toBe(state);
  });

  it("is the fold of its records, across blocks and re-opening, and stays within its two blocks", () => {
    const step = fc.record({ record: anyRecord, reopen: fc.boolean() });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 250, size: "max" }), (steps) => {
        const test = blankFlash(4);
        test.chip.confine(first * blockLength, (first + 2) * blockLength, "the journal");
        let journal = open(test);
        const expected = freshState();
        for (const { record, reopen } of steps) {
          journal.append(record);
          apply(expected, record);
          if (reopen) journal = open(test);
          expect(journal.current()).toEqual(expected);
        }
        expect(open(test).current()).toEqual(expected);
        expect(test.chip.violations).toBe(0);
      }),
      { numRuns: 60 },
    );
  });

  it("turns blocks every 64 records: that is its wear", () => {
    const test = blankFlash(4);
    const journal = open(test);
    for (const record of manyRecords(640)) journal.append(record);
    expect([...test.chip.erases]).toEqual([0, 5, 5, 0]);
  });

  it("takes 64 records into a block, and the next one into the other", () => {
    const test = blankFlash(4);
    const journal = open(test);
    const turns: number[] = [];
    let erased = 0;
    for (const [index, record] of manyRecords(200).entries()) {
      journal.append(record);
      const now = test.chip.erases.reduce((sum, count) => sum + count, 0);
      if (now > erased) turns.push(index);
      erased = now;
    }
    expect(turns.slice(1).map((turn, index) => turn - turns[index])).toEqual([64, 64, 64]);
  });

  it("reads the same with binary strings for bytes", () => {
    const test = blankFlash(4);
    const journal = open(test);
    for (const record of manyRecords(70)) journal.append(record);
    const flash = {
      ...test.flash,
      read: (length: number, offset: number) =>
        Buffer.from(test.chip.read(offset, length)).toString("latin1"),
    };
    expect(new Journal(latin1Bytes, nodeCrypto, flash, first).open()).toEqual(journal.current());
  });
});

describe("power cut while a record is written", () => {
  const counts = [0, 1, 5, 63, 64, 65, 127, 128, 129, 192];

  it.each(counts)("after %i records: what is found is the state before it or after it", (count) => {
    const past = manyRecords(count);
    const test = blankFlash(4);
    const journal = open(test);
    for (const record of past) journal.append(record);
    const before = fold(past);
    let sawBefore = 0;
    let sawAfter = 0;
    for (let record: number = JournalRecord.AppA; record <= lastRecord; record++) {
      const after = fold([...past, record]);
      const changes = JSON.stringify(before) !== JSON.stringify(after);
      cutEverywhere(
        test.chip,
        (copy) => open(copy).append(record),
        (left, tear) => {
          const found = open(left);
          expect([before, after], JSON.stringify(tear)).toContainEqual(found.current());
          if (changes && tear.mode !== "complete") sawBefore++;
          if (changes && tear.mode === "complete" && found.current().attempts === after.attempts) sawAfter++;
          // What was torn must not harm what comes next.
          const expected = { ...found.current() };
          for (const next of manyRecords(66)) {
            found.append(next);
            apply(expected, next);
          }
          expect(open(left).current()).toEqual(expected);
        },
      );
    }
    expect(sawBefore).toBeGreaterThan(0);
    expect(sawAfter).toBeGreaterThan(0);
  });

  it("is survived twice in a row, the second time in the record that follows", () => {
    for (const count of [3, 63, 64]) {
      const past = manyRecords(count);
      const test = blankFlash(4);
      const journal = open(test);
      for (const record of past) journal.append(record);
      cutEverywhere(
        test.chip,
        (copy) => open(copy).append(JournalRecord.AppB),
        (left) => {
          const between = { ...open(left).current() };
          const after = { ...between };
          apply(after, JournalRecord.Crash);
          cutEverywhere(
            left.chip,
            (copy) => open(copy).append(JournalRecord.Crash),
            (end) => expect([between, after]).toContainEqual(open(end).current()),
          );
        },
      );
    }
  });

  it("never makes another record of a torn one, whichever bits are missing", () => {
    for (let record: number = JournalRecord.AppA; record <= lastRecord; record++) {
      const whole = (record << 4) | (~record & 15);
      for (let kept = 0; kept < 256; kept++) {
        const torn = whole | kept;
        const test = blankFlash(4);
        const journal = open(test);
        journal.append(JournalRecord.PowerOn);
        test.chip.program(first * blockLength + 17, Uint8Array.of(torn));
        expect(open(test).current()).toEqual(
          torn === whole ? fold([JournalRecord.PowerOn, record]) : fold([JournalRecord.PowerOn]),
        );
      }
    }
  });
});

describe("a chip that fails", () => {
  it("leaves the state as it was, in memory and after a restart", () => {
    const test = blankFlash(4);
    const journal = open(test);
    journal.append(JournalRecord.AppB);
    const dead = portOn(test.chip);
    const failing = new Journal(
      nodeBytes,
      nodeCrypto,
      {
        ...dead.flash,
        write: () => {
          throw new Error("no answer from the chip");
        },
      },
      first,
    );
    failing.open();
    expect(() => failing.append(JournalRecord.Confirm)).toThrow("no answer");
    expect(failing.current()).toEqual(fold([JournalRecord.AppB]));
    expect(open(test).current()).toEqual(fold([JournalRecord.AppB]));
  });
});
