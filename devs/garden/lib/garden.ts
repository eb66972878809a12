import { interruptionText, judgeInterruption, maxMinutes, parseInterruption } from "./interruption.js";
import { type Program, stepAt } from "./program.js";
import { isDue, startSchedule } from "./schedule.js";
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

// The garden controller: everything that decides, nothing that touches a pin. There is one garden on a board, so that
// its state is this module's.

/** The program is skipped for so long after rain. It begins anew at every restart, from the sensor. */
const rainDelayHours = 12;
const hourMs = 3600000;

export type GardenEvent =
  | {
      readonly event: "zone";
      readonly zone: number;
      readonly state: "start" | "stop";
      readonly program: string;
      readonly secondsLeft: number;
    }
  | { readonly event: "note"; readonly text: string };

/** What the garden needs from its runtime. */
export interface GardenPorts extends WaterPorts {
  /** Keeps a short text across restarts (`ota.remember`). */
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
let soakUntil: number;
let rainUntil: number;
let alarmSince: number;
/** Every valve was verified closed since the start. */
let checked: boolean;
/** An update is on its way. */
let held: boolean;
/** Reason of this start. */
let reason: string;
/** The record of where the sequence is, for the time after a restart. Flash wears: not written while water runs. */
let record: string;
/** Seconds since 1970 at the last tick, or 0. */
let epoch: number;

/** Closes every valve. Watering waits until each is verified closed. @param now ms, of a clock that is never set */
export function startGarden(plumbing: Plumbing, own: Program, outside: GardenPorts, now: number): void {
  ports = outside;
  usual = own;
  program = own;
  phase = "idle";
  step = leftMs = zone = soakUntil = rainUntil = alarmSince = epoch = 0;
  checked = held = false;
  reason = record = "";
  startWaterworks(plumbing, ports, now);
  startSchedule(now);
}

/** @param recalled what was last remembered, @param why this start; both matter once the valves are closed. */
export function recall(recalled: string, why: string): void {
  record = recalled;
  reason = why;
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
  epoch = epochSeconds;
  if (raining) rainUntil = now + rainDelayHours * hourMs;
  if (alarm !== before) {
    note(alarm === "" ? `${before}: closed now` : `alarm: ${alarm}, pump stays off`);
    if (before === "") alarmSince = now;
  }
  // The soil has waited too long for the rest to be what it was meant to be.
  if (alarm !== "" && now - alarmSince >= maxMinutes * 60000) stopWatering(alarm);
  if (held) return;
  if (!checked) {
    if (waitingFor(0) !== "") return;
    checked = true;
    if (record !== "") resume();
  }
  if (phase !== "idle") {
    if (program.name !== "manual" && now < rainUntil) stopWatering("rain");
    else water(passed);
  } else if (isDue(usual, now, minute)) {
    const hours = Math.ceil((rainUntil - now) / hourMs);
    if (hours > 0) note(`${usual.name} skipped: rain delay, ${hours} h left`);
    else begin(usual, 0, usual.waterings[0].seconds);
  }
}

/** Waters one zone now. Returns why not, or "". */
export function waterZone(wanted: number, seconds: number): string {
  let refused = "";
  if (wanted < 1 || wanted > valves.length) refused = `there is no zone ${wanted}`;
  else if (alarm !== "") refused = alarm;
  else if (held) refused = "an update is on its way";
  else if (!checked) refused = waitingFor(0);
  else if (phase !== "idle") refused = `${program.name} is running`;
  if (refused === "") beginSingle("manual", wanted, seconds);
  else note(`manual run refused: ${refused}`);
  return refused;
}

/** Ends whatever is running, for good. */
export function stopWatering(why: string): void {
  if (phase === "idle") return;
  const flowed = phase === "watering";
  phase = "idle";
  closeValves();
  if (flowed) tellZone("stop");
  note(`${program.name} stopped: ${why}`);
  keep("");
}

/** Skips watering for so many hours from now, as if it had rained; 0 ends the delay. */
export function skipFor(hours: number): void {
  rainUntil = tickedAt + hours * hourMs;
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
  if (flowed) tellZone("stop");
  if (phase !== "idle") writeRecord();
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
function resume(): void {
  const it = parseInterruption(record);
  if (it === undefined) {
    note("record of an interrupted sequence is unreadable");
    keep("");
    return;
  }
  const verdict = judgeInterruption(it, usual, valves.length, reason, epoch);
  const end = verdict.resume === "nothing" ? "abandoned" : "resumed";
  note(`${it.program} zone ${it.zone}, ${it.secondsLeft} s left, ${end}: ${verdict.why}`);
  if (verdict.resume === "nothing") keep("");
  else if (verdict.resume === "program") begin(usual, it.step, it.secondsLeft);
  // "rest" is the name of no program, so another restart finds no steps that only look alike.
  else beginSingle(it.program === "manual" ? "manual" : "rest", it.zone, it.secondsLeft);
}

/** A single zone, as a program that nothing starts by itself. */
function beginSingle(name: string, only: number, seconds: number): void {
  const waterings = [{ zone: only, seconds: seconds }];
  begin(
    { name: name, waterings: waterings, rounds: 1, soakSeconds: 0, startMinutes: [], everyMinutes: 0 },
    0,
    seconds,
  );
}

/** @param seconds what is left of that step */
function begin(next: Program, from: number, seconds: number): void {
  program = next;
  step = from;
  leftMs = seconds * 1000;
  phase = "settling";
  writeRecord();
}

/** Takes the program on, step by step. @param passed ms since the last tick */
function water(passed: number): void {
  switch (phase) {
    case "settling": {
      if (waitingFor(0) !== "") break;
      const next = stepAt(program, step);
      if (next === undefined) {
        phase = "idle";
        keep("");
        break;
      }
      zone = next.zone;
      if (openValve(zone)) phase = "opening";
      else endStep(false);
      break;
    }
    case "opening":
      if (valves[zone - 1].state === "opening") break;
      if (runPump(zone)) {
        phase = "watering";
        tellZone("start");
      } else endStep(false);
      break;
    case "watering":
      leftMs -= passed;
      if (leftMs <= 0 || valves[zone - 1].state !== "open") endStep(true);
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
  if (flowed) tellZone("stop");
  const exists = zone >= 1 && zone <= valves.length;
  const fault = exists ? valves[zone - 1].fault : "there is no such valve";
  if (fault !== "") note(`zone ${zone} ${flowed ? "cut short" : "skipped"}: ${fault}`);
  step++;
  phase = "settling";
  const next = stepAt(program, step);
  if (next === undefined) return;
  leftMs = next.seconds * 1000;
  if (program.soakSeconds > 0 && step % program.waterings.length === 0) {
    phase = "soaking";
    soakUntil = tickedAt + program.soakSeconds * 1000;
  }
  writeRecord();
}

function secondsLeft(): number {
  return Math.ceil(leftMs / 1000);
}

function writeRecord(): void {
  const at = stepAt(program, step);
  if (at === undefined) return;
  const it = {
    program: program.name,
    step: step,
    zone: at.zone,
    secondsLeft: secondsLeft(),
    at: Math.floor(epoch),
  };
  keep(interruptionText(it));
}

function keep(text: string): void {
  if (text === record) return;
  record = text;
  ports.remember(text);
}

function tellZone(state: "start" | "stop"): void {
  ports.report({
    event: "zone",
    zone: zone,
    state: state,
    program: program.name,
    secondsLeft: secondsLeft(),
  });
}

function note(text: string): void {
  ports.report({ event: "note", text: text });
}
