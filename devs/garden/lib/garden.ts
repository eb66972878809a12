import { isRecent, judgeInterruption, Resuming } from "./interruption.js";
import { type Program, stepAt } from "./program.js";
import { type GardenRecord, type Interruption, parseRecord, recordText } from "./record.js";
import { isDue, recallSchedule, startSchedule } from "./schedule.js";
import { ageMs, allowance, charge, day, recallBook, startBook, tickBook, used } from "./water-book.js";
import {
  alarm,
  closeValves,
  openValve,
  type Plumbing,
  pumpedZone,
  runPump,
  startWaterworks,
  stopPump,
  tickedAt,
  tickWaterworks,
  valves,
  type WaterPorts,
  waitingFor,
} from "./waterworks.js";

/** What the garden goes by. Inlined: a variable would take memory. */
const enum Garden {
  /** The program is skipped for so long after rain. */
  RainDelayHours = 12,
  HourMs = 3600000,
  MaxSkipHours = 8760,
  /** While water flows the record is written so often, ms: it has in it what flows until the next one. */
  ReserveMs = 30000,
  /** A start after a power cut waits so long for the clock before it gives up what was interrupted, ms. */
  ClockMs = 120000,
  /** A pump that ran for so long has not pulled the supply down, ms. */
  ProvenMs = 10000,
  /** Longest run by hand, s. */
  MaxManualSeconds = 3600,
}

// The garden controller: everything that decides, nothing that touches a pin. There is one garden on a board, so that
// its state is this module's.

export type GardenEvent =
  | {
      readonly event: "zone";
      readonly zone: number;
      readonly state: "start" | "stop";
      readonly program: string;
      readonly secondsLeft: number;
    }
  | { readonly event: "note"; readonly text: string };

/** What the garden needs of its runtime. */
export interface GardenPorts extends WaterPorts {
  /** Keeps a short text across restarts (`ota.remember`). May throw: then no water flows. */
  readonly remember: (text: string) => void;
  readonly report: (event: GardenEvent) => void;
}

let ports: GardenPorts;
/** The board's own program. */
let usual: Program;
/** What runs now or ran last: the board's own or a single zone. Only time with the pump running counts as watering. */
let program: Program;
/** `settling` waits until every valve is verified closed; nothing opens before that. */
export let phase: "idle" | "settling" | "opening" | "watering" | "soaking";
/** Step that runs or comes next, and what is left of it. */
let step: number;
let leftMs: number;
/** Zone of the last step that began. */
let zone: number;
/** What is left of `leftMs` when the record is written again, ms. */
let recordAtMs: number;
/** Starts of the pump since it last ran for `provenMs`. */
let tries: number;
let soakUntil: number;
let rainUntil: number;
/** As the record has it. */
let recordedRain: number;
let startedAt: number;
let alarmSince: number;
/** Every valve was verified closed since the start. */
let checked: boolean;
/** An update is on its way. */
let held: boolean;
/** Reason of this start. */
let reason: string;
/** What the last start has left behind; undefined once it is taken up. */
let found: GardenRecord | undefined;
/** As it was last kept. */
let record: string;
/** At the last tick: minute of the day, or -1; seconds since 1970, or 0. */
let minuteOfDay: number;
let epoch: number;

/** Closes every valve. Watering waits until each is verified closed. @param now ms, of a clock that is never set */
export function startGarden(plumbing: Plumbing, own: Program, outside: GardenPorts, now: number): void {
  ports = outside;
  usual = own;
  program = own;
  phase = "idle";
  step = leftMs = recordAtMs = tries = zone = soakUntil = rainUntil = recordedRain = alarmSince = epoch = 0;
  minuteOfDay = -1;
  startedAt = now;
  checked = held = false;
  reason = record = "";
  found = undefined;
  startWaterworks(plumbing, ports, now);
  startSchedule(now);
  startBook(plumbing.valves.length);
}

/** @param recalled what was last remembered, @param why this start; both matter once the valves are closed. */
export function recall(recalled: string, why: string): void {
  record = recalled;
  reason = why;
  found = parseRecord(recalled);
  if (found === undefined) return;
  recallBook(found);
  recallSchedule(found.minute, found.at);
}

/**
 * To be called every 100 ms.
 *
 * @param now ms, as at the start
 * @param minute of the local day, or -1 while the clock is not set
 * @param epochSeconds since 1970, or 0 while the clock is not set
 */
export function tickGarden(now: number, raining: boolean, minute: number, epochSeconds: number): void {
  const passed = now - tickedAt;
  const before = alarm;
  tickWaterworks(now);
  tickBook(passed, minute, epochSeconds);
  minuteOfDay = minute;
  epoch = epochSeconds;
  if (raining) {
    rainUntil = now + Garden.RainDelayHours * Garden.HourMs;
    // Once an hour: flash wears.
    if (checked && rainUntil - recordedRain >= Garden.HourMs) writeRecord(0);
  }
  if (alarm !== before) {
    note(alarm === "" ? `${before}: closed now` : `alarm: ${alarm}, pump stays off`);
    if (before === "") alarmSince = now;
  }
  // The soil has waited too long for the rest to be what it was meant to be.
  if (alarm !== "" && now - alarmSince >= Resuming.MaxMinutes * 60000) stopWatering(alarm);
  if (held) return;
  if (!checked) {
    if (waitingFor(0) !== "") return;
    checked = true;
    if (record !== "" && found === undefined) note("record of the last start is unreadable");
  }
  if (found !== undefined) {
    const isTimeless = found.interruption !== undefined && epoch === 0 && found.at > 0;
    if (isTimeless && !isRecent(reason) && now - startedAt < Garden.ClockMs) return;
    const left = found;
    found = undefined;
    resume(left);
  }
  // From then on a start that falls into a restart is made up for.
  if (record === "" && minute >= 0) writeRecord(0);
  if (phase !== "idle") {
    if (program.name !== "manual" && now < rainUntil) stopWatering("rain");
    else water(passed);
  } else if (isDue(usual, now, minute, epoch)) {
    const hours = Math.ceil((rainUntil - now) / Garden.HourMs);
    if (hours > 0) note(`${usual.name} skipped: rain delay, ${hours} h left`);
    else begin(usual, 0, usual.waterings[0].seconds, 0);
  }
}

/** Waters one zone now. Returns why not, or "". */
export function waterZone(wanted: number, seconds: number): string {
  let refused = "";
  if (valves[wanted - 1] === undefined) refused = `there is no zone ${wanted}`;
  else if (!(seconds > 0 && seconds <= Garden.MaxManualSeconds)) refused = `no run of ${seconds} s`;
  else if (alarm !== "") refused = alarm;
  else if (held) refused = "an update is on its way";
  else if (!checked) refused = waitingFor(0);
  else if (found !== undefined) refused = "waiting for the clock";
  else if (phase !== "idle") refused = `${program.name} is running`;
  if (refused === "") beginSingle("manual", wanted, seconds, 0);
  else note(`manual run refused: ${refused}`);
  return refused;
}

/** Ends whatever is running, for good. */
export function stopWatering(why: string): void {
  if (phase === "idle") return;
  const flowed = phase === "watering";
  phase = "idle";
  closeValves();
  if (flowed) reportZone("stop");
  note(`${program.name} stopped: ${why}`);
  writeRecord(0);
}

/** Skips watering for so many hours from now, as if it had rained, a year at most; 0 ends the delay. */
export function skipFor(hours: number): void {
  // The record takes whole numbers only.
  const most = Math.min(hours, Garden.MaxSkipHours);
  rainUntil = tickedAt + (most > 0 ? most : 0) * Garden.HourMs;
  writeRecord(0);
}

/** `true`, or what is not well. */
export function wellness(): true | string {
  if (alarm !== "") return alarm;
  return checked || waitingFor(0) || true;
}

/** Safe state, first half: the pump stops, the sequence keeps its place and is recorded. */
export function hold(): void {
  const flowed = phase === "watering";
  held = true;
  stopPump();
  if (flowed || phase === "opening") phase = "settling";
  // This stop is ours, not the supply's.
  tries = 0;
  if (flowed) reportZone("stop");
  if (phase !== "idle") writeRecord(0);
}

export function pumpStopped(): true | string {
  return pumpedZone > 0 || ports.reads(0) ? "stopping the pump" : true;
}

/** Safe state, second half: `true` when each valve's switch reads closed, otherwise "closing valve 2". */
export function valvesClosed(): true | string {
  if (alarm !== "") throw new Error(alarm);
  return waitingFor(0) || true;
}

/** The update did not happen: goes on where it was, once every valve is closed. */
export function release(): void {
  if (!held) return;
  held = false;
  closeValves();
}

/** What the last start has left behind goes on, or is given up. */
function resume(left: GardenRecord): void {
  const at = left.at;
  const away = at > 0 && epoch >= at ? epoch - at : 0;
  if (left.rain > away) rainUntil = Math.max(rainUntil, tickedAt + (left.rain - away) * 1000);
  const it = left.interruption;
  if (it === undefined) return;
  const verdict = judgeInterruption(it, at, usual, valves.length, reason, epoch);
  const end = verdict.resume === "nothing" ? "abandoned" : "resumed";
  note(`${it.program} zone ${it.zone}, ${it.secondsLeft} s left, ${end}: ${verdict.why}`);
  tries = it.tries;
  if (verdict.resume === "nothing") writeRecord(0);
  else if (verdict.resume === "program") begin(usual, it.step, it.secondsLeft, verdict.wait);
  // "rest" is the name of no program, so another restart finds no steps that only look alike.
  else beginSingle(it.program === "manual" ? "manual" : "rest", it.zone, it.secondsLeft, verdict.wait);
}

/** A single zone, as a program that nothing starts by itself. */
function beginSingle(name: string, only: number, seconds: number, wait: number): void {
  const waterings = [{ zone: only, seconds: seconds }];
  begin(
    { name: name, waterings: waterings, rounds: 1, soakSeconds: 0, startMinutes: [], everyMinutes: 0 },
    0,
    seconds,
    wait,
  );
}

/** @param seconds what is left of that step, @param wait s before it begins */
function begin(next: Program, from: number, seconds: number, wait: number): void {
  program = next;
  step = from;
  leftMs = seconds * 1000;
  phase = wait > 0 ? "soaking" : "settling";
  soakUntil = tickedAt + wait * 1000;
  if (wait === 0) tries = 0;
  writeRecord(0);
}

/** Takes the program on, step by step. @param passed ms since the last tick */
function water(passed: number): void {
  switch (phase) {
    case "settling": {
      if (waitingFor(0) !== "") break;
      const next = stepAt(program, step);
      if (next === undefined) {
        phase = "idle";
        writeRecord(0);
        break;
      }
      zone = next.zone;
      // No zone gets more than a day's water. The rest of another program was allowed by that one.
      if (program.name !== "rest" && zone >= 1 && zone <= valves.length) {
        const most = allowance(usual, zone, minuteOfDay >= 0, program.name === "manual");
        if (most < leftMs) {
          note(`zone ${zone}: ${Math.floor(most / 1000)} s are left of today's water`);
          leftMs = most;
        }
      }
      if (leftMs > 0 && openValve(zone)) phase = "opening";
      else endStep(false);
      break;
    }
    case "opening":
      if (valves[zone - 1].state === "opening") break;
      // Before the pump starts: it may take the power away. What cannot be booked does not flow.
      tries++;
      if (writeRecord(Garden.ProvenMs) && runPump(zone)) {
        phase = "watering";
        reportZone("start");
      } else endStep(false);
      break;
    case "watering":
      leftMs -= passed;
      charge(zone, passed);
      if (leftMs <= 0 || valves[zone - 1].state !== "open") endStep(true);
      else if (leftMs <= recordAtMs) {
        tries = 0;
        if (!writeRecord(Garden.ReserveMs)) endStep(true);
      }
      break;
    case "soaking":
      // A soak goes on during an update: soil takes no notice.
      if (tickedAt >= soakUntil) phase = "settling";
      break;
  }
}

/** A zone came to its end, or was left out. */
function endStep(flowed: boolean): void {
  closeValves();
  leftMs = 0;
  if (flowed) reportZone("stop");
  const exists = zone >= 1 && zone <= valves.length;
  const fault = exists ? valves[zone - 1].fault : "there is no such valve";
  if (fault !== "") note(`zone ${zone} ${flowed ? "cut short" : "skipped"}: ${fault}`);
  if (flowed) tries = 0;
  step++;
  phase = "settling";
  const next = stepAt(program, step);
  if (next === undefined) return;
  leftMs = next.seconds * 1000;
  if (program.soakSeconds > 0 && step % program.waterings.length === 0) {
    phase = "soaking";
    soakUntil = tickedAt + program.soakSeconds * 1000;
  }
  writeRecord(0);
}

/**
 * @param soon ms for which water may flow until the record is written again
 * @returns whether it is kept
 */
function writeRecord(soon: number): boolean {
  // What the last start has left is not taken up yet, and nothing has begun.
  if (found !== undefined) return false;
  const reserved = Math.min(soon, leftMs);
  recordAtMs = leftMs - reserved;
  recordedRain = rainUntil;
  const at = phase === "idle" ? undefined : stepAt(program, step);
  const seconds: number[] = [];
  for (let i = 0; i < used.length; i++)
    seconds.push(Math.ceil((used[i] + (at !== undefined && at.zone === i + 1 ? reserved : 0)) / 1000));
  let interruption: Interruption | undefined;
  if (at !== undefined)
    interruption = {
      program: program.name,
      step: step,
      zone: at.zone,
      secondsLeft: Math.ceil(recordAtMs / 1000),
      tries: tries,
    };
  const text = recordText({
    day: day,
    age: Math.floor(ageMs / 1000),
    at: Math.floor(epoch),
    minute: minuteOfDay,
    rain: Math.max(Math.ceil((rainUntil - tickedAt) / 1000), 0),
    used: seconds,
    interruption: interruption,
  });
  if (text === record) return true;
  try {
    ports.remember(text);
  } catch (error) {
    note(`record is not kept: ${error}`);
    return false;
  }
  record = text;
  return true;
}

function reportZone(state: "start" | "stop"): void {
  ports.report({
    event: "zone",
    zone: zone,
    state: state,
    program: program.name,
    secondsLeft: Math.ceil(leftMs / 1000),
  });
}

function note(text: string): void {
  ports.report({ event: "note", text: text });
}
