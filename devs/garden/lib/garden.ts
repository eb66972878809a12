import { type Interruption, judgeInterruption, type ResumePolicy } from "./interruption.js";
import { Logbook } from "./logbook.js";
import { type Program, singleRun } from "./program.js";
import { RainDelay } from "./rain.js";
import { Schedule } from "./schedule.js";
import { Sequence } from "./sequence.js";
import type { ValvePort, ValveTimes } from "./valve.js";
import { type PumpPort, Waterworks } from "./waterworks.js";

export interface GardenSetup {
  readonly program: Program;
  readonly policy: ResumePolicy;
  readonly times: ValveTimes;
  /** The program is skipped for so long after rain. */
  readonly rainDelayHours: number;
}

export type GardenEvent =
  | {
      readonly event: "zone";
      readonly zone: number;
      readonly state: "start" | "stop";
      readonly program: string;
      readonly secondsLeft: number;
    }
  | { readonly event: "note"; readonly text: string };

/** What the garden asks of its runtime. */
export interface GardenPorts {
  readonly valves: ValvePort[];
  readonly pump: PumpPort;
  readonly raining: () => boolean;
  /** Minute of the local day, or -1 while the clock is not set. */
  readonly minuteOfDay: () => number;
  /** Seconds since 1970, or 0 while the clock is not set. */
  readonly epochSeconds: () => number;
  /** Keeps a short text across restarts (`ota.remember`). */
  readonly remember: (text: string) => void;
  readonly report: (event: GardenEvent) => void;
}

/**
 * The garden controller: everything that decides, nothing that touches a pin. Time comes in with `start` and `tick`
 * (ms, monotonic); a tick every 100 ms is meant.
 */
export class Garden {
  private readonly setup: GardenSetup;
  private readonly ports: GardenPorts;
  private readonly works: Waterworks;
  private readonly sequence: Sequence;
  private readonly rain: RainDelay;
  private readonly logbook: Logbook;
  private schedule: Schedule;
  private now = 0;
  private checked = false;
  private held = false;
  private alarmText = "";
  private alarmSince = 0;
  private reason = "";

  constructor(setup: GardenSetup, ports: GardenPorts) {
    this.setup = setup;
    this.ports = ports;
    this.works = new Waterworks(ports.pump, ports.valves, setup.times);
    this.sequence = new Sequence(this.works, setup.program);
    this.rain = new RainDelay(setup.rainDelayHours);
    this.logbook = new Logbook(ports.remember);
    this.schedule = new Schedule(setup.program, 0);
  }

  /** Closes every valve. Watering waits until each is verified closed. */
  start(now: number): void {
    this.now = now;
    this.works.start(now);
    this.schedule = new Schedule(this.setup.program, now);
  }

  /** @param recalled what was last remembered, @param reason of this start; both matter once the valves are closed. */
  recall(recalled: string, reason: string): void {
    this.logbook.open(recalled);
    this.reason = reason;
  }

  tick(now: number): void {
    this.now = now;
    this.works.tick(now);
    this.rain.tick(this.ports.raining(), now);
    this.watchAlarm();
    if (this.held) return;
    if (!this.checked) {
      if (!this.works.allClosed()) return;
      this.checked = true;
      this.judge();
    }
    if (this.sequence.running()) this.water();
    else this.startWhenDue();
  }

  /** Waters one zone now. Returns why not, or "". */
  manual(zone: number, seconds: number): string {
    let refused = "";
    if (zone < 1 || zone > this.works.valves.length) refused = `there is no zone ${zone}`;
    else if (this.alarmText !== "") refused = this.alarmText;
    else if (this.held) refused = "an update is on its way";
    else if (!this.checked) refused = this.works.waitingFor();
    else if (this.sequence.running()) refused = `${this.sequence.program.name} is running`;
    if (refused === "") this.begin(singleRun("manual", zone, seconds), 0, -1);
    else this.note(`manual run refused: ${refused}`);
    return refused;
  }

  /** Ends whatever is running, for good. */
  stop(why: string): void {
    if (!this.sequence.running()) return;
    const secondsLeft = this.sequence.secondsLeft();
    if (this.sequence.abandon(this.now)) this.zone("stop", secondsLeft);
    this.note(`${this.sequence.program.name} stopped: ${why}`);
    this.logbook.clear();
  }

  running(): boolean {
    return this.sequence.running();
  }

  skipFor(hours: number): void {
    this.rain.set(hours, this.now);
  }

  /** Safe state, first half: the pump stops, the sequence keeps its place and is recorded. */
  hold(): void {
    this.held = true;
    const flowed = this.sequence.pause();
    if (flowed) this.zone("stop", this.sequence.secondsLeft());
    if (this.sequence.running()) this.record();
  }

  pumpRuns(): boolean {
    return this.works.pumpRuns();
  }

  /** Safe state, second half. */
  closeValves(): void {
    this.works.closeAll(this.now);
  }

  /** `true` when each valve's switch says closed, otherwise "closing valve 2". Throws "valve 2 does not close". */
  valvesClosed(): true | string {
    const alarm = this.works.alarm();
    if (alarm !== "") throw new Error(alarm);
    return this.works.allClosed() ? true : this.works.waitingFor();
  }

  /** The update did not happen: goes on where it was, once every valve is closed. */
  release(): void {
    if (!this.held) return;
    this.held = false;
    this.sequence.goOn(this.now);
  }

  /** `true`, or what is not well. */
  wellness(): true | string {
    if (this.alarmText !== "") return this.alarmText;
    const waitingFor = this.checked ? "" : this.works.waitingFor();
    return waitingFor === "" ? true : waitingFor;
  }

  private watchAlarm(): void {
    const alarm = this.works.alarm();
    if (alarm !== this.alarmText) {
      this.note(alarm === "" ? `${this.alarmText}: closed now` : `alarm: ${alarm}, pump stays off`);
      if (this.alarmText === "") this.alarmSince = this.now;
      this.alarmText = alarm;
    }
    // The soil has waited too long for the rest to be what it was meant to be.
    if (alarm !== "" && this.now - this.alarmSince >= this.setup.policy.maxMinutes * 60000) this.stop(alarm);
  }

  private judge(): void {
    if (this.logbook.isEmpty()) return;
    const it = this.logbook.read();
    if (it === undefined) {
      this.note("record of an interrupted sequence is unreadable");
      this.logbook.clear();
      return;
    }
    const verdict = judgeInterruption(
      it,
      this.setup.program,
      this.works.valves.length,
      this.reason,
      this.ports.epochSeconds(),
      this.setup.policy,
    );
    const what = `${it.program} zone ${it.zone}, ${it.secondsLeft} s left,`;
    if (verdict.resume === "nothing") {
      this.note(`${what} abandoned: ${verdict.why}`);
      this.logbook.clear();
      return;
    }
    this.note(`${what} resumed: ${verdict.why}`);
    this.resume(it, verdict.resume === "program");
  }

  private resume(it: Interruption, whole: boolean): void {
    if (whole) this.begin(this.setup.program, it.step, it.secondsLeft);
    else {
      // "rest" is the name of no program, so another restart finds no steps that only look alike.
      const name = it.program === "manual" ? "manual" : "rest";
      this.begin(singleRun(name, it.zone, it.secondsLeft), 0, -1);
    }
  }

  private startWhenDue(): void {
    if (!this.schedule.due(this.now, this.ports.minuteOfDay())) return;
    const hours = this.rain.hoursLeft(this.now);
    if (hours > 0) this.note(`${this.setup.program.name} skipped: rain delay, ${hours} h left`);
    else this.begin(this.setup.program, 0, -1);
  }

  private begin(program: Program, step: number, seconds: number): void {
    this.sequence.start(program, step, seconds, this.now);
    this.record();
  }

  private water(): void {
    if (this.sequence.program.name !== "manual" && this.rain.hoursLeft(this.now) > 0) {
      this.stop("rain");
      return;
    }
    const event = this.sequence.tick(this.now);
    if (event === "none") return;
    if (event === "finished") {
      this.logbook.clear();
      return;
    }
    if (event === "started") {
      this.zone("start", this.sequence.secondsLeft());
      return;
    }
    this.explain(event === "stopped");
    this.record();
  }

  /** A zone came to its end, or was left out. */
  private explain(flowed: boolean): void {
    const zone = this.sequence.zone;
    const exists = zone >= 1 && zone <= this.works.valves.length;
    const fault = exists ? this.works.valves[zone - 1].fault : "there is no such valve";
    if (flowed) this.zone("stop", 0);
    if (fault !== "") this.note(`zone ${zone} ${flowed ? "cut short" : "skipped"}: ${fault}`);
  }

  private record(): void {
    this.logbook.write(this.sequence, this.ports.epochSeconds());
  }

  private zone(state: "start" | "stop", secondsLeft: number): void {
    this.ports.report({
      event: "zone",
      zone: this.sequence.zone,
      state: state,
      program: this.sequence.program.name,
      secondsLeft: secondsLeft,
    });
  }

  private note(text: string): void {
    this.ports.report({ event: "note", text: text });
  }
}
