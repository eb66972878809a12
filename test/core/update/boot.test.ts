import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type BootChoice,
  chooseBoot,
  type FirmwareTrial,
  firmwareGivenUp,
  StartReason,
} from "../../../src/core/update/boot.js";
import { Journal, JournalRecord } from "../../../src/core/update/journal.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { nodeCrypto } from "../../../src/node/crypto.js";
import { blankFlash, type TestFlash, tears } from "../../support/core-flash.js";

const first = 1;

function journalOn(test: TestFlash, ...records: number[]): Journal {
  const journal = new Journal(nodeBytes, nodeCrypto, test.flash, first);
  journal.open();
  for (const record of records) journal.append(record);
  return journal;
}

interface Sound {
  /** Which app (agent) slots hold a whole bundle. */
  readonly app?: readonly number[];
  readonly agent?: readonly number[];
  /** The slot with the newer one of two. */
  readonly newerApp?: number;
  readonly newerAgent?: number;
}

function start(test: TestFlash, reason: StartReason, sound: Sound = {}): BootChoice {
  const apps = sound.app ?? [0, 1];
  const agents = sound.agent ?? [0];
  return chooseBoot(
    new Journal(nodeBytes, nodeCrypto, test.flash, first),
    reason,
    (slot) => apps.includes(slot),
    (slot) => agents.includes(slot),
    (isAgent) => (isAgent ? sound.newerAgent : sound.newerApp) ?? -1,
  );
}

const three = (record: number): number[] => [record, record, record];
const ordinary = { agent: 0, app: 0, appTrial: false, agentTrial: false, why: "" };
const crashes = three(JournalRecord.Crash);
/** All reasons but a watchdog. */
const blameless = [
  StartReason.Unknown,
  StartReason.PowerOn,
  StartReason.Restart,
  StartReason.BrownOut,
  StartReason.DeepSleep,
  StartReason.Usb,
];

describe("chooseBoot, row by row", () => {
  it.each<[string, number[], Sound, Partial<BootChoice>]>([
    ["an ordinary start", [], {}, {}],
    ["an app on trial", [JournalRecord.AppB], {}, { app: 1, appTrial: true, why: "update" }],
    [
      "an agent on trial",
      [JournalRecord.AgentB],
      { agent: [0, 1] },
      { agent: 1, agentTrial: true, why: "update" },
    ],
    [
      "an agent on trial, tried too often",
      [JournalRecord.AgentB, ...crashes],
      { agent: [0, 1] },
      { why: "rollback" },
    ],
    [
      "an agent on trial, tried not too often",
      [JournalRecord.AgentB, JournalRecord.Crash, JournalRecord.Crash],
      { agent: [0, 1] },
      { agent: 1, agentTrial: true, why: "update" },
    ],
    ["an agent on trial that is not sound", [JournalRecord.AgentB], { agent: [0] }, { why: "rollback" }],
    ["an agent that is not sound any more", [], { agent: [1] }, { agent: 1, why: "rollback" }],
    ["no sound agent", [], { agent: [] }, { agent: -1, app: -1, why: "safe-mode" }],
    [
      "a confirmed agent, when the app crashes too often",
      crashes,
      { agent: [0, 1] },
      { app: 1, why: "rollback" },
    ],
    ["an app on trial, tried too often", [JournalRecord.AppB, ...crashes], {}, { why: "rollback" }],
    [
      "a confirmed app that crashes too often",
      [JournalRecord.AppB, JournalRecord.Confirm, ...crashes],
      {},
      { why: "rollback" },
    ],
    ["an app that is not sound", [JournalRecord.AppB], { app: [0] }, { why: "rollback" }],
    [
      "an app that crashes after a roll back",
      [JournalRecord.AppB, JournalRecord.AppBack, ...crashes],
      {},
      { app: -1, why: "safe-mode" },
    ],
    ["an app that crashes and is the only one", crashes, { app: [0] }, { app: -1, why: "safe-mode" }],
    ["no app at all", [], { app: [] }, { app: -1, why: "safe-mode" }],
    ["an errand", [JournalRecord.Errand], {}, { app: -1, why: "update-mode" }],
    ["an errand that was taken", [JournalRecord.Errand, JournalRecord.Errand], {}, {}],
    [
      "an errand of a board on trial",
      [JournalRecord.Errand, JournalRecord.AppB],
      {},
      { app: 1, appTrial: true, why: "update" },
    ],
    ["a restart out of safe mode", [...crashes, JournalRecord.SafeMode], { app: [0] }, {}],
    [
      "a restart out of safe mode without an app",
      [JournalRecord.SafeMode],
      { app: [] },
      { app: -1, why: "safe-mode" },
    ],
    [
      "an agent tried too often, and no other",
      [JournalRecord.AgentB, ...crashes],
      { agent: [1], app: [0] },
      { agent: 1, app: -1, agentTrial: true, why: "safe-mode" },
    ],
  ])("%s", (_name, records, sound, changed) => {
    const test = blankFlash(4);
    journalOn(test, ...records);
    expect(start(test, StartReason.PowerOn, sound)).toEqual({ ...ordinary, ...changed });
  });

  it.each([
    ["a watchdog", StartReason.Watchdog, 4, 4],
    ["no known reason", StartReason.Unknown, 2, 0],
    ["a restart", StartReason.Restart, 2, 0],
    ["power-on", StartReason.PowerOn, 1, 0],
    ["a brown-out", StartReason.BrownOut, 1, 0],
    ["deep sleep", StartReason.DeepSleep, 1, 0],
    ["a USB reset", StartReason.Usb, 1, 0],
  ])("counts a start after %s", (_name, reason, onTrial, proved) => {
    const test = blankFlash(4);
    const journal = journalOn(test, JournalRecord.AppB);
    start(test, reason);
    expect(journal.open().attempts, "on trial").toBe(onTrial);
    journal.append(JournalRecord.Confirm);
    start(test, reason);
    expect(journal.open().attempts, "proved itself").toBe(proved);
  });

  it.each([
    ["one version", [0]],
    ["an older one in the other slot", [0, 1]],
  ])("never gives up what proved itself for starts that are nobody's fault: %s", (_name, app) => {
    const test = blankFlash(4);
    journalOn(test, JournalRecord.Confirm);
    const operations = test.chip.operations;
    for (const reason of blameless)
      for (let i = 0; i < 8; i++) expect(start(test, reason, { app })).toEqual(ordinary);
    expect(test.chip.operations).toBe(operations);
  });

  it("forgets crashes when the program goes to sleep by itself", () => {
    const test = blankFlash(4);
    journalOn(test, JournalRecord.Confirm);
    for (let i = 0; i < 20; i++) {
      expect(start(test, StartReason.Watchdog).app).toBe(0);
      expect(start(test, StartReason.Watchdog).app).toBe(0);
      expect(start(test, StartReason.DeepSleep).app).toBe(0);
    }
  });

  it("gives up what sleeps before it has proved itself", () => {
    const test = blankFlash(4);
    journalOn(test, JournalRecord.AppB);
    for (let i = 0; i < 12; i++) expect(start(test, StartReason.DeepSleep).app).toBe(1);
    expect(start(test, StartReason.DeepSleep)).toMatchObject({ app: 0, why: "rollback" });
  });

  it("names the return once, also when the agent had decided on it", () => {
    const test = blankFlash(4);
    journalOn(test, JournalRecord.AppB, JournalRecord.AppBack);
    expect(start(test, StartReason.Restart).why).toBe("rollback");
    expect(start(test, StartReason.Restart).why).toBe("");
  });

  it("does not write in safe mode what is written already", () => {
    const test = blankFlash(4);
    start(test, StartReason.PowerOn, { app: [] });
    const operations = test.chip.operations;
    start(test, StartReason.Watchdog, { app: [] });
    expect(test.chip.operations).toBe(operations);
  });

  it.each(tears)("takes an errand once, also when the power goes meanwhile: %s", (tear) => {
    const test = blankFlash(4);
    journalOn(test, JournalRecord.Errand);
    test.chip.cutAt(test.chip.operations, tear);
    expect(() => start(test, StartReason.Restart)).toThrow();
    test.chip.hook = undefined;
    const next = [start(test, StartReason.PowerOn).why, start(test, StartReason.PowerOn).why];
    expect(["update-mode", ""]).toContain(next[0]);
    expect(next[1]).toBe("");
  });

  it("asks only about slots that matter", () => {
    const asked: string[] = [];
    chooseBoot(
      journalOn(blankFlash(4)),
      StartReason.PowerOn,
      (slot) => asked.push(`app ${slot}`) > 0,
      (slot) => asked.push(`agent ${slot}`) > 0,
      () => -1,
    );
    expect(asked).toEqual(["agent 0", "app 0"]);
  });

  it("never chooses a bundle that is not sound", () => {
    const slots = fc.subarray([0, 1]);
    const records = fc.array(fc.integer({ min: 1, max: 15 }), { maxLength: 20 });
    const reason = fc.constantFrom(0, 1, 2, 3, 4, 5, 6) as fc.Arbitrary<StartReason>;
    fc.assert(
      fc.property(records, slots, slots, reason, (past, app, agent, why) => {
        const test = blankFlash(4);
        journalOn(test, ...past);
        const choice = start(test, why, { app, agent });
        if (choice.app >= 0) expect(app).toContain(choice.app);
        if (choice.agent >= 0) expect(agent).toContain(choice.agent);
        else expect(agent).toEqual([]);
        if (choice.app < 0) expect(["safe-mode", "update-mode"]).toContain(choice.why);
      }),
      { numRuns: 200 },
    );
  });
});

describe("an update that does not work out", () => {
  it.each([
    ["crashing", StartReason.Watchdog, 3],
    ["restarting without a word", StartReason.Unknown, 6],
    ["losing power", StartReason.PowerOn, 12],
  ])("goes back after %s too often", (_name, reason, starts) => {
    const test = blankFlash(4);
    journalOn(test, JournalRecord.AppB);
    for (let i = 0; i < starts; i++) expect(start(test, reason).app, `start ${i}`).toBe(1);
    expect(start(test, reason)).toMatchObject({ app: 0, appTrial: false, why: "rollback" });
    expect(start(test, reason)).toMatchObject({ app: 0, why: "" });
  });

  it("ends in safe mode when the old app crashes as well, tries again at the next restart, and takes a new app", () => {
    const test = blankFlash(4);
    journalOn(test, JournalRecord.AppB);
    const apps: number[] = [];
    for (let i = 0; i < 9; i++) apps.push(start(test, StartReason.Watchdog).app);
    // The fourth start is not the old app's crash but the new one's third.
    expect(apps).toEqual([1, 1, 1, 0, 0, 0, 0, -1, 0]);
    journalOn(test, JournalRecord.AppB);
    expect(start(test, StartReason.Restart)).toMatchObject({ app: 1, appTrial: true, why: "update" });
  });
});

describe("power cuts alone", () => {
  const cut = fc.record({ operation: fc.nat(3), tear: fc.constantFrom(...tears) });
  const boot = fc.option(cut, { nil: undefined });

  /** A start after power-on that loses power in flash operation `cut.operation`, if it comes so far. */
  function powerOn(
    test: TestFlash,
    at: { operation: number; tear: (typeof tears)[number] } | undefined,
  ): number {
    if (at !== undefined) test.chip.cutAt(test.chip.operations + at.operation, at.tear);
    try {
      return start(test, StartReason.PowerOn).app;
    } catch {
      return -2;
    } finally {
      test.chip.hook = undefined;
    }
  }

  it("do not un-install a confirmed app, however many they are, and write nothing", () => {
    const test = blankFlash(4);
    journalOn(test, JournalRecord.AppB, JournalRecord.Unknown, JournalRecord.Confirm);
    const operations = test.chip.operations;
    for (let i = 0; i < 300; i++) expect(powerOn(test, undefined)).toBe(1);
    expect(test.chip.operations).toBe(operations);
  });

  it("do not un-install an app on trial, after its first start, up to the limit", () => {
    const records = [JournalRecord.AppB, JournalRecord.Unknown];
    const limit = 10;
    fc.assert(
      fc.property(
        fc.array(boot, { maxLength: limit, size: "max" }),
        fc.integer({ min: 0, max: 70 }),
        (boots, older) => {
          const test = blankFlash(4);
          journalOn(test, ...Array(older).fill(JournalRecord.Confirm), ...records);
          for (const at of boots) expect([1, -2]).toContain(powerOn(test, at));
        },
      ),
      { numRuns: 300 },
    );
    const test = blankFlash(4);
    journalOn(test, ...records);
    for (let i = 0; i < limit; i++) expect(powerOn(test, undefined)).toBe(1);
    expect(powerOn(test, undefined)).toBe(0);
  });

  it("do not un-install an app that confirms itself now and then, however many they are", () => {
    const test = blankFlash(4);
    journalOn(test, JournalRecord.AppB, JournalRecord.Confirm);
    for (let i = 0; i < 500; i++) {
      expect(powerOn(test, { operation: i % 2, tear: tears[i % tears.length] })).toSatisfy(
        (app) => app === 1 || app === -2,
      );
      if (i % 11 === 10) journalOn(test, JournalRecord.Confirm);
    }
  });

  it("during the commit leave the old app, or the new one on trial", () => {
    for (const older of [0, 60, 62, 63, 64])
      for (const tear of tears)
        for (const operation of [0, 1, 2]) {
          const test = blankFlash(4);
          const journal = journalOn(test, ...Array(older).fill(JournalRecord.Confirm), JournalRecord.Confirm);
          test.chip.cutAt(test.chip.operations + operation, tear);
          let cut = false;
          try {
            journal.append(JournalRecord.AppB);
          } catch {
            cut = true;
          }
          test.chip.hook = undefined;
          const { app, appTrial } = start(test, StartReason.PowerOn);
          expect([
            { app: 0, appTrial: false },
            { app: 1, appTrial: true },
          ]).toContainEqual({ app, appTrial });
          if (!cut) expect(app).toBe(1);
        }
  });
});

describe("firmwareGivenUp", () => {
  /** A chip that starts ota_0, or, once that is given up, factory. */
  function slots(from: number, keeps = true): FirmwareTrial {
    let running = from;
    return {
      runningSlot: () => running,
      giveUp: () => {
        if (keeps) running = -1;
        return keeps;
      },
    };
  }

  it("has nothing to do where no firmware is on trial", () => {
    expect(firmwareGivenUp(journalOn(blankFlash(4), ...crashes), slots(0))).toBe(false);
  });

  it("leaves firmware on trial alone until it was tried too often", () => {
    const journal = journalOn(
      blankFlash(4),
      JournalRecord.FirmwareEven,
      JournalRecord.Crash,
      JournalRecord.Crash,
    );
    expect(firmwareGivenUp(journal, slots(0))).toBe(false);
    expect(journal.current()).toMatchObject({ firmwareTrial: true, attempts: 8 });
  });

  it("gives it up, and notices at the next start that another runs", () => {
    const journal = journalOn(blankFlash(4), JournalRecord.FirmwareEven, ...crashes);
    const firmware = slots(0);
    expect(firmwareGivenUp(journal, firmware)).toBe(true);
    expect(firmware.runningSlot()).toBe(-1);
    expect(firmwareGivenUp(journal, firmware)).toBe(false);
    expect(journal.current()).toMatchObject({ firmwareTrial: false, attempts: 0 });
  });

  it("tries to give it up at every start until flash keeps it", () => {
    const journal = journalOn(blankFlash(4), JournalRecord.FirmwareEven, ...crashes);
    for (let i = 0; i < 3; i++) expect(firmwareGivenUp(journal, slots(0, false))).toBe(false);
    expect(firmwareGivenUp(journal, slots(0))).toBe(true);
  });

  it("notices firmware that never came to run", () => {
    const journal = journalOn(blankFlash(4), JournalRecord.FirmwareEven);
    expect(firmwareGivenUp(journal, slots(-1))).toBe(false);
    expect(journal.current().firmwareTrial).toBe(false);
  });
});
