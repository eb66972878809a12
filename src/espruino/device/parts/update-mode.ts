import { defaultTimes, refusalReply } from "../../../core/espota/actions.js";
import { EspotaReply } from "../../../core/espota/wire.js";
import { stepDue } from "../../../core/update/due.js";
import {
  AloneStep,
  type Errand,
  errandIdleMs,
  errandOf,
  longestErrand,
  type PullErrand,
  stepAlone,
} from "../../../core/update/errand.js";
import { Journal, JournalRecord } from "../../../core/update/journal.js";
import { Notes } from "../../../core/update/notes.js";
import { checked } from "../../../core/update/read-back.js";
import { UpdatePhase } from "../../../core/update/update.js";
import { webPeer } from "../../../core/web/steps.js";
import { engineBytes } from "../ports/bytes.js";
import { crc32 } from "../ports/crypto.js";
import { storeFlash, storeOfBoard } from "../ports/flash.js";
import { newPull } from "../resident/pull.js";
import { optionsOf, Part, type PartTypes, type PullState, type Resident } from "../resident/resident.js";
import { readSettings } from "../settings.js";
import type { OtaOptions } from "../sluice.js";
import { md5Of, secretsOf } from "./auth.js";

/**
 * What it takes to send the same server the same request, once, as JSON; "" where the board's own settings hold it.
 * Functions are left out by JSON.
 */
function textOf(state: PullState): string {
  if (state.fixed) return "";
  const options = state.options as Readonly<Record<string, unknown>>;
  const kept: Record<string, unknown> = {};
  for (const name of Object.keys(options))
    if (name !== "everyMs" && name !== "jitter" && name !== "when") kept[name] = options[name];
  return JSON.stringify(kept);
}

export function pullErrand(state: PullState | undefined): PullErrand {
  if (state === undefined) return { text: "", image: undefined, blocked: undefined };
  const job = state.job;
  return { text: textOf(state), image: job === undefined ? undefined : job.image, blocked: state.blocked };
}

/** What the agent has to know of the application's wishes while it is alone. */
function optionsAlone(it: Resident): object {
  const options = optionsOf(it);
  const own = it.user;
  const kept: { -readonly [K in keyof OtaOptions]: OtaOptions[K] } = {};
  if (options.port !== undefined) kept.port = options.port;
  if (options.hostname !== undefined) kept.hostname = options.hostname;
  if (options.web !== undefined) kept.web = options.web;
  // Only its MD5, as provisioning keeps it.
  const stored = readSettings();
  const known = secretsOf(it, stored, own === undefined ? "" : own[1]);
  const md5 = known.plain === "" ? known.md5 : md5Of(it, known.plain);
  if (md5 !== (stored.md5 || "")) kept.passwordHash = md5;
  return kept;
}

/** Notes what to do after the restart into update mode. */
export const leave: PartTypes[Part.Leave] = (it, waiting, offer) => {
  const text = JSON.stringify(errandOf(waiting, offer, pullErrand(it.pull), optionsAlone(it)));
  if (text.length > longestErrand) throw new Error("too many options for a restart");
  if (!it.load(Part.Notes)().setErrand(text) || !it.note(JournalRecord.Errand))
    throw new Error("flash does not keep what is to be done");
};

/** On the way to update mode with nothing in memory but the application and the update. */
export const due: PartTypes[Part.Due] = (it, due) => {
  const now = it.now();
  const run = it.open();
  const waiting = due.waiting;
  const why = stepDue(due, run, now);
  if (why !== undefined) {
    it.due = undefined;
    // Who is answered now needs the room. What another one has begun goes on.
    if (run.phase === UpdatePhase.Idle) it.run = undefined;
    if (due.offer.from === webPeer) it.failed = { why: why, at: now };
    return waiting === undefined ? undefined : refusalReply(waiting, why);
  }
  if (waiting === undefined) return undefined;
  if (run.phase === UpdatePhase.Leaving) return { do: "reply", to: waiting, text: EspotaReply.Ok };
  if (now - due.since < defaultTimes.holdMs) return undefined;
  // The board is alone and prepared by then.
  due.waiting = undefined;
  const seconds = Math.ceil(run.remainingMs(now) / 1000);
  const text = `${EspotaReply.Error}${run.waitingFor}, try again in ${seconds} s\n`;
  return { do: "reply", to: waiting, text: text };
};

/** Update mode at work. */
export const alone: PartTypes[Part.Alone] = (it, text, callBack) => {
  const alone = { hasBegun: text === "", until: it.now() + errandIdleMs };
  let errand: Errand = text === "" ? { options: {} } : JSON.parse(text);
  it.opts = errand.options;
  return (busy) => {
    const step = stepAlone(alone, it.now(), busy, it.port !== 0);
    if (step === AloneStep.End) it.quit("application");
    if (step !== AloneStep.Begin) return;
    const what = errand;
    errand = { options: {} };
    if (what.push !== undefined) callBack(what.push);
    else if (what.page !== undefined) {
      const run = it.open();
      run.begin(it.now(), what.page);
      run.park(it.now());
    } else if (what.pull !== undefined) {
      if (it.pull === undefined && what.pull !== "") newPull(it, JSON.parse(what.pull));
      if (it.pull !== undefined) it.pull.dueAt = it.now();
    }
  };
};

/** What the application keeps across restarts: read anew each time, so that nothing of it stays in memory. */
export const notes: PartTypes[Part.Notes] = () => {
  const notes = new Notes(engineBytes, { crc32: crc32 }, checked(storeFlash), storeOfBoard.notes);
  notes.open();
  return notes;
};

/** The next bytes of the boot journal, then its other block. */
export const journal: PartTypes[Part.Journal] = (it, record) => {
  const journal = new Journal(engineBytes, { crc32: crc32 }, checked(storeFlash), storeOfBoard.journal);
  journal.open();
  const isKept = journal.append(record);
  const room = 6;
  it.boot.next = journal.nextOffset(room);
  return isKept;
};
