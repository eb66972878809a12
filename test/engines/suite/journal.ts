import { chooseBoot, StartReason } from "../../../src/core/update/boot.js";
import { Journal, JournalRecord } from "../../../src/core/update/journal.js";
import { Notes } from "../../../src/core/update/notes.js";
import { RamFlash } from "./ram-flash.js";
import type { Suite } from "./suite.js";
import { filler } from "./tools.js";

const blockLength = 1024;

function flashOf(suite: Suite): RamFlash {
  return new RamFlash(suite.bytes, blockLength, 5);
}

function journalOf(suite: Suite, flash: RamFlash): Journal {
  const journal = new Journal(suite.bytes, suite.crypto, flash, 1);
  journal.open();
  return journal;
}

/** "app 1 trial, agent 0, attempts 4" */
function stateOf(journal: Journal): string {
  const state = journal.open();
  let text = `app ${state.app}`;
  if (state.appTrial) text += " trial";
  if (state.appBad) text += " bad";
  text += `, agent ${state.agent}`;
  if (state.agentTrial) text += " trial";
  if (state.safeMode) text += ", safe mode";
  if (state.firmwareTrial) text += `, firmware ${state.firmwareSlot}`;
  return `${text}, attempts ${state.attempts}`;
}

const yes = (): boolean => true;
const none = (): number => -1;

/** One start. @returns "agent 0 app 1 update" */
function boot(journal: Journal, reason: StartReason, soundApps: string): string {
  const choice = chooseBoot(journal, reason, (slot) => soundApps.indexOf(`${slot}`) >= 0, yes, none);
  return `agent ${choice.agent} app ${choice.app} ${choice.why}`;
}

function appendMany(suite: Suite, flash: RamFlash, count: number): void {
  const journal = journalOf(suite, flash);
  for (let i = 0; i < count; i++) journal.append(i % 2 === 0 ? JournalRecord.AppB : JournalRecord.AppA);
}

/** What a board remembers and what it starts. */
export function journal(suite: Suite): void {
  suite.test("an empty journal says slot a", () => {
    suite.equal("state", stateOf(journalOf(suite, flashOf(suite))), "app 0, agent 0, attempts 0");
  });

  suite.test("what was written is there after a restart", () => {
    const flash = flashOf(suite);
    const first = journalOf(suite, flash);
    first.append(JournalRecord.AppB);
    first.append(JournalRecord.PowerOn);
    first.append(JournalRecord.FirmwareOdd);
    first.append(JournalRecord.Crash);
    const wanted = "app 1 trial, agent 0, firmware 1, attempts 4";
    suite.equal("before", stateOf(first), wanted);
    suite.equal("after", stateOf(journalOf(suite, flash)), wanted);
    suite.equal("erases", flash.erases, 1);
  });

  const turning = flashOf(suite);
  suite.test("records fill a block", () => {
    appendMany(suite, turning, 40);
    suite.equal("state", stateOf(journalOf(suite, turning)), "app 0 trial, agent 0, attempts 0");
    suite.equal("erases", turning.erases, 1);
  });

  suite.test("the other block takes over, and nothing is lost", () => {
    // Few at once: the DeviceScript VM ends what does not come to an end.
    appendMany(suite, turning, 26);
    journalOf(suite, turning).append(JournalRecord.AgentB);
    suite.equal("state", stateOf(journalOf(suite, turning)), "app 0 trial, agent 1 trial, attempts 0");
    suite.equal("erases", turning.erases, 2);
  });

  suite.test("a record that power cut short is none", () => {
    const flash = flashOf(suite);
    const one = journalOf(suite, flash);
    one.append(JournalRecord.AppB);
    const before = stateOf(one);
    // Confirm is 0x87: some of its bits only.
    flash.write(suite.bytes.fromText("\u00cf"), blockLength + 17);
    const next = journalOf(suite, flash);
    suite.equal("state", stateOf(next), before);
    next.append(JournalRecord.Confirm);
    suite.equal("next", stateOf(journalOf(suite, flash)), "app 1, agent 0, attempts 0");
  });

  suite.test("a new app is tried, and given up after three crashes", () => {
    const one = journalOf(suite, flashOf(suite));
    one.append(JournalRecord.AppB);
    suite.equal("restart", boot(one, StartReason.Restart, "01"), "agent 0 app 1 update");
    for (let i = 0; i < 3; i++) one.append(JournalRecord.Crash);
    suite.equal("back", boot(one, StartReason.Watchdog, "01"), "agent 0 app 0 rollback");
    suite.equal("state", stateOf(one), "app 0 bad, agent 0, attempts 1");
  });

  const cut = flashOf(suite);
  suite.test("six power cuts do not end a trial", () => {
    const one = journalOf(suite, cut);
    one.append(JournalRecord.AppB);
    for (let i = 0; i < 6; i++)
      suite.equal(`start ${i}`, boot(one, StartReason.PowerOn, "01"), "agent 0 app 1 update");
  });

  suite.test("twelve power cuts do", () => {
    const one = journalOf(suite, cut);
    for (let i = 6; i < 12; i++)
      suite.equal(`start ${i}`, boot(one, StartReason.PowerOn, "01"), "agent 0 app 1 update");
    suite.equal("thirteenth", boot(one, StartReason.PowerOn, "01"), "agent 0 app 0 rollback");
  });

  suite.test("without a sound app the agent runs alone", () => {
    const one = journalOf(suite, flashOf(suite));
    suite.equal("none", boot(one, StartReason.PowerOn, ""), "agent 0 app -1 safe-mode");
    suite.equal("state", stateOf(one), "app 0, agent 0, safe mode, attempts 0");
    suite.equal("other slot", boot(one, StartReason.PowerOn, "1"), "agent 0 app 1 rollback");
  });

  suite.test("the last whole note is found again", () => {
    const flash = new RamFlash(suite.bytes, 256, 5);
    const notes = new Notes(suite.bytes, suite.crypto, flash, 3);
    suite.equal("none", notes.open(), "");
    for (let i = 0; i < 9; i++) notes.remember(`note ${i}, in the block or the next`);
    const last = filler(30, 13);
    notes.remember(last);
    const again = new Notes(suite.bytes, suite.crypto, flash, 3);
    suite.equal("last", again.open(), last);
    suite.equal("erases", flash.erases, 2);
  });
}
