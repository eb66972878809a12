import { FaultNumber } from "../../core/errors.js";
import type { Due } from "../../core/update/due.js";
import { updateMode } from "../../core/update/errand.js";
import { JournalRecord, recordText } from "../../core/update/journal.js";
import type { Offer } from "../../core/update/offer.js";
import { errorText } from "../../core/update/safe-state.js";
import { storageHeaderLength, storeFileName } from "../../core/update/store.js";
import { CopyHead, TidyFor } from "../../core/update/tidy.js";
import { UpdatePhase } from "../../core/update/update.js";
import type { AgentModule } from "./boot-info.js";
import { makeOta } from "./resident/api.js";
import { now } from "./resident/clock.js";
import { forgetHandshake, send, serve } from "./resident/listen.js";
import { every, hasRoom, load, partsBegin } from "./resident/load.js";
import { lookAfterName, newName, sayGoodbye } from "./resident/name.js";
import { newPull, pullWorks } from "./resident/pull.js";
import { onTrial, Part, type Resident, slotName } from "./resident/resident.js";
import { judgeTrial, takeBack } from "./resident/trial.js";
import { drivePins } from "./safe-pins.js";
import { readSettings } from "./settings.js";

// Longer than other files: what is here shares its variables, and a module of its own would take more of them.

/** How often the agent looks: while something is going on, and otherwise. ms */
const busyMs = 100;
const idleMs = 500;
/** Inlined: a variable would take three. */
const enum Crash {
  OutOfMemory = "out of memory",
}
/** The engine's own, whatever becomes of the name. */
const stopTimers = clearInterval as () => void;

/** The agent's module object: what runs beside an application, and what outlives the parts that are loaded. */
declare const exports: Resident & AgentModule;
const it = exports;

let log = false;
let loaded = false;
let timer = 0;
let guardTimer = 0;
let pace = 0;
/** Since the last look of `guard`. */
let ticked = false;
/** When the restart is overdue: its timer may have found no memory. */
let goneAt = 0;
/** Looks after the errand in update mode. */
let alone: ((busy: boolean) => void) | undefined;
let crashes = 0;

function startTimers(): void {
  // What goes with a timer is freed when the engine removes it for want of memory: then the other one can act.
  timer = every(tick, pace, reserveText());
  guardTimer = every(guard, 5000);
}

/** Some seventy variables: what it takes to write the crash down and to restart (test/engines/espruino/hostile.test.ts). */
function reserveText(): string {
  let text = "sluice";
  // In update mode there is nothing to be written down.
  while (text.length < 500 && it.boot.why !== updateMode) text += text;
  return text;
}

/** The engine removes an interval that runs out of memory, without an error. */
function guard(): void {
  if (it.gone && now() > goneAt) BOARD_LIBRARY.reboot();
  // Not by the clock: a tidied Storage takes seconds.
  if (!ticked) crashed(Crash.OutOfMemory);
  ticked = false;
}

/** An application that clears all timers, or any number that it finds, does not clear the agent's. */
function keepTimers(stop: (id: number) => void): () => void {
  return function (this: unknown, id?: number): void {
    if (id !== undefined) {
      if (id !== timer && id !== guardTimer) stop(id);
    } else {
      (stop as () => void)();
      if (it.gone) BOARD_LIBRARY.reboot();
      startTimers();
    }
  } as () => void;
}

/** A time that the engine cannot keep (NaN, years beyond its integers) would stop all timers: it stays what it was. */
function keepClock(set: (seconds: number) => void): (seconds: number) => void {
  return (seconds) => {
    const before = getTime();
    set(seconds);
    if (!(Math.abs(getTime() - seconds) < 1)) set(before);
  };
}

/** Safe, and too little memory for the rest: what has brought it so far makes room, for there is no way back. */
function leave(offer: Offer | undefined): void {
  const due = it.due;
  let waiting = due === undefined ? undefined : due.waiting;
  if (it.push !== undefined) waiting = it.push.transfer.waiting();
  it.push = undefined;
  it.page = undefined;
  it.run = undefined;
  let why = updateMode;
  try {
    load(Part.Leave)(it, waiting, offer);
  } catch (error) {
    it.notify({ event: "error", code: "OUT_OF_MEMORY", text: errorText(error) });
    why = "application";
  }
  it.quit(why);
}

/** A function of its own: what is called after it must not see, and so keep, what this one has loaded. */
function takeErrand(): string {
  return load(Part.Notes)().takeErrand();
}

/** Thrown on, an error would count as the agent's own, and the one before it would be taken. */
function startAlone(): void {
  alone = () => it.quit("application");
  try {
    alone = load(Part.Alone)(it, takeErrand(), (waiting) => {
      it.push = load(Part.Transfer)(it, send);
      it.push.resume(waiting);
    });
  } catch (error) {
    it.notify({ event: "app-error", text: errorText(error) });
  }
}

/** What has brought it is gone. */
function lookAfterDue(due: Due): void {
  it.page = undefined;
  try {
    const answer = load(Part.Due)(it, due);
    if (answer !== undefined) send(answer);
  } catch (error) {
    it.due = undefined;
    if (it.run !== undefined && it.run.phase === UpdatePhase.Idle) it.run = undefined;
    it.notify({ event: "error", code: "OUT_OF_MEMORY", text: errorText(error) });
    if (due.waiting !== undefined)
      send({ do: "reply", to: due.waiting, text: "ERR: ERROR[14]: Out of memory\n" });
  }
}

function tick(): void {
  const at = now();
  ticked = true;
  if (it.gone) {
    drivePins(it.boot.safePins);
    if (at > goneAt) BOARD_LIBRARY.reboot();
    return;
  }
  const ip = BOARD_CHIP === "linux" ? "127.0.0.1" : require("Wifi").getIP().ip;
  const online = ip !== undefined && ip !== "" && ip !== "0.0.0.0";
  if (online && it.port === 0) serve(it);
  let busy = false;
  if (BOARD_NAMES && it.name !== undefined && it.port !== 0) lookAfterName(it, it.name);
  let visited = false;
  if (it.page !== undefined) {
    visited = it.page.tick();
    if (!visited) it.page = undefined;
  }
  if (it.pull !== undefined && pullWorks(it, it.pull, online)) busy = true;
  if (it.push !== undefined) {
    if (it.push.tick()) busy = true;
    else it.push = undefined;
  }
  const due = it.due;
  if (due !== undefined) {
    busy = true;
    if (it.page === undefined || !it.page.isOpen()) lookAfterDue(due);
  }
  if (it.run !== undefined) {
    // A push has looked after it.
    if (it.push === undefined && due === undefined) it.run.poll(at);
    if (it.run.phase === UpdatePhase.Committed) drivePins(it.boot.safePins);
    if (it.run.phase !== UpdatePhase.Idle) busy = true;
    else if (!busy) it.run = undefined;
  }
  // Who only looks at the page needs no update in memory.
  if (visited) busy = true;
  forgetHandshake(at);
  const isAnswering = it.push === undefined && it.page !== undefined && it.page.isOpen();
  if (it.run !== undefined && it.run.phase === UpdatePhase.Leaving && !isAnswering) leave(it.run.offer);
  if (alone !== undefined) alone(busy);
  else if (!it.gone) judgeTrial(it, at, loaded);
  if (busy === (pace === busyMs)) return;
  pace = busy ? busyMs : idleMs;
  changeInterval(timer, pace);
}

/** In a turn of its own: what has brought it so far is not in memory any more, and the stack is empty. */
function startApp(code: string): void {
  try {
    // As a module, not by `eval`: every function of the application would keep what it could see where it was
    // evaluated.
    Modules.addCached("app", code);
    Modules.removeCached("app");
    // Not reached when the engine has broken off for want of memory: that throws nothing.
    loaded = true;
    // The engine has sent it before the application could listen.
    E.emit("init");
  } catch (error) {
    crashed(error);
  }
}

/** An uncaught error. Espruino drops the interval it came from, so a valve could stay open for ever. */
function crashed(error: unknown): void {
  if (it.gone) return;
  // An error of this function itself: once more, as the engine may have freed memory since; then only the restart is left.
  if (crashes > 2) BOARD_LIBRARY.reboot();
  crashes++;
  drivePins(it.boot.safePins);
  const text = errorText(error);
  const isLacking = text === Crash.OutOfMemory;
  // What the timers keep is enough to record and to report it, and nothing of the application runs any more.
  if (isLacking) stopTimers();
  // The journal first: what comes after it may find no memory. What is committed has not failed: it has yet to start.
  const isTrial = onTrial(it) && !it.done;
  if (isTrial) takeBack(it);
  else if (!it.done && alone === undefined) it.note(JournalRecord.Crash);
  it.notify({ event: "app-error", text: text });
  if (isTrial) it.notify({ event: "rolled-back", app: it.boot.appName, text: text });
  const run = it.run;
  // Memory may be what is missing.
  it.push = undefined;
  it.page = undefined;
  it.run = undefined;
  // Bytes that go on coming would take what memory there is, and the restart would not get its turn.
  const why = isTrial ? "rollback" : it.done ? "update" : "crash";
  if (isLacking) {
    it.gone = true;
    goneAt = now() + 1000;
    it.notify({ event: "restart", why: why });
    BOARD_LIBRARY.reboot();
    return;
  }
  // Without the table of words: whatever memory is left has to do.
  if (run !== undefined)
    run.fail({ number: FaultNumber.Aborted, code: "ABORTED", text: `the application failed: ${text}` });
  it.quit(why);
}

/** Outside of `start`, whose variables it would keep. */
function flagged(flags: string[]): void {
  if (flags.indexOf("MEMORY") >= 0) crashed(Crash.OutOfMemory);
  else if (flags.indexOf("CALLBACK") >= 0) crashed("the engine has removed a callback that failed");
}

it.now = now;
it.load = load;
it.room = hasRoom;
it.ota = makeOta(it);
it.port = 0;
it.path = "";
it.until = 0;

it.notify = (event) => {
  E.emit("sluice", event);
  if (it.page !== undefined) it.page.onEvent(event);
  if (log) print(`sluice ${JSON.stringify(event)}`);
};

it.note = (record) => {
  const flash = require("Flash");
  const at = (BOARD_STORAGE + it.boot.next) | 0;
  const text = recordText(record);
  if (it.boot.next >= 0) {
    it.boot.next++;
    // Where it does not show, the byte is cleared, so that it never becomes a record (core/update/journal.ts).
    for (const written of [text, "\0"]) {
      try {
        flash.write(written, at);
      } catch {
        // Reading it back shows it.
      }
      for (let looks = 0; looks < 3; looks++) if (flash.read(1, at)[0] === text.charCodeAt(0)) return true;
    }
  }
  try {
    return load(Part.Journal)(it, record);
  } catch {
    return false;
  }
};

it.open = () => {
  let run = it.run;
  if (run === undefined) {
    run = load(Part.Update)(it);
    it.run = run;
  }
  return run;
};

it.quit = (why) => {
  it.gone = true;
  goneAt = now() + 1200;
  if (BOARD_NAMES && it.name !== undefined) sayGoodbye(it, it.name);
  it.notify({ event: "restart", why: why });
  // Safe until the restart: no timer of the application's drives a pin any more.
  drivePins(it.boot.safePins);
  stopTimers();
  // The last datagrams and the TCP close have to leave.
  setTimeout(() => BOARD_LIBRARY.reboot(), 200);
  startTimers();
};

it.wake = () => {
  if (pace === busyMs) return;
  pace = busyMs;
  changeInterval(timer, busyMs);
};

exports.start = (boot, app) => {
  it.boot = boot;
  partsBegin(it, boot.behind + SLUICE_PAGE_LENGTH);
  const settings = readSettings();
  log = settings.log === true;
  it.free = settings.open === true;
  process.on("uncaughtException", crashed);
  E.on("errorFlag", flagged);
  pace = idleMs;
  startTimers();
  const all = globalThis as unknown as Record<string, unknown>;
  all.setTime = keepClock(setTime);
  all.clearInterval = keepTimers(clearInterval);
  all.clearTimeout = keepTimers(clearTimeout);
  // What these store would run beside the loader at each start, whatever was updated.
  all.save = undefined;
  E.setBootCode = undefined;
  try {
    // `Wifi.save()` writes to Storage as well.
    if (boot.files || (app.indexOf("Wifi") >= 0 && app.indexOf(".save") >= 0)) load(Part.Storage)(it);
    // Ended before anything writes to Storage again.
    for (let slot = 1; slot <= 2; slot++) {
      const end = (5 + 2 * BOARD_AGENT_BLOCKS + slot * BOARD_APP_BLOCKS) * BOARD_BLOCK - storageHeaderLength;
      if (require("Storage").read(storeFileName, end - CopyHead.Length, 4) === CopyHead.Mark)
        load(Part.Tidy)(it, TidyFor.Start, "");
    }
  } catch (error) {
    it.notify({ event: "error", code: "FLASH_WRITE_FAILED", text: errorText(error) });
  }
  it.notify({ event: "boot", why: boot.why, app: boot.appName, slot: slotName(it), agent: SLUICE_VERSION });
  if (boot.why === updateMode) startAlone();
  else if (boot.app < 0) it.notify({ event: "safe-mode", text: "no sound application: valves held closed" });
  if (onTrial(it)) it.notify({ event: "trial", app: boot.appName });
  if (BOARD_NAMES && settings.mdns !== false) it.name = newName(it);
  if (settings.pull !== undefined) newPull(it, settings.pull).fixed = true;
  if (app !== "") setTimeout(startApp, 0, app);
};
