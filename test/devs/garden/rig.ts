import { readFileSync } from "node:fs";
import { type GardenEvent, type GardenPorts, recall, startGarden } from "../../../devs/garden/lib/garden.js";
import type { Program } from "../../../devs/garden/lib/program.js";
import { parseRecord } from "../../../devs/garden/lib/record.js";
import { type SafeStep, safeStateOf } from "../../../devs/garden/lib/safe-state.js";
import { Bench, type BenchEvent } from "../../../src/board/bench.js";
import { type ManualClock, manualClock } from "../../../src/board/manual-clock.js";
import { asked, beginLife, recordedGarden, recordedPorts, recordedSteps } from "./recording.js";

export const wiring = JSON.parse(readFileSync("devs/garden/wiring.json", "utf8")) as {
  valves: { drive: number; sensor: number }[];
  pump: { drive: number };
  rain: { sensor: number; wet: 0 | 1 };
  openMs: number;
  closeMs: number;
};

/** Seconds instead of minutes; two rounds with a soak between. */
export const quick: Program = {
  name: "quick",
  waterings: [
    { zone: 1, seconds: 2 },
    { zone: 3, seconds: 3 },
  ],
  rounds: 2,
  soakSeconds: 4,
  startMinutes: [360],
  everyMinutes: 60,
};

/** The garden's decisions on the bench's physics, with time standing still between calls. */
export class Rig {
  readonly clock: ManualClock = manualClock();
  readonly events: (GardenEvent | BenchEvent)[] = [];
  readonly bench: Bench;
  remembered = "";
  /** Its flash takes no note any more. */
  forgetful = false;
  minute = -1;
  epoch = 0;
  garden: typeof asked;
  steps: SafeStep[];
  /** Looked at after every tick. */
  invariant: () => void = () => {};
  private readonly inputs = new Map<number, 0 | 1>();
  private change: (pin: number, level: undefined, driven: 0 | 1 | undefined) => void = () => {};
  private readonly outputs = new Map<number, 0 | 1>();

  constructor(program: Program = quick, before?: (rig: Rig) => void) {
    this.bench = new Bench(
      wiring,
      {
        listen: (listener) => {
          this.change = listener;
        },
        drive: (pin, level) => {
          this.inputs.set(pin, level);
        },
      },
      this.clock,
      (event) => this.events.push(event),
    );
    before?.(this);
    [this.garden, this.steps] = this.boot(program, "", "power-on");
  }

  drive(pin: number, high: boolean | undefined): void {
    const level = high === undefined ? undefined : high ? 1 : 0;
    if (level === undefined) this.outputs.delete(pin);
    else this.outputs.set(pin, level);
    this.change(pin, undefined, level);
  }

  /** The chip restarts: every pin floats, then a program starts. */
  restart(program: Program, reason: string, awayMs = 1000): void {
    for (const pin of [wiring.pump.drive, ...wiring.valves.map((valve) => valve.drive)])
      this.drive(pin, undefined);
    this.clock.advance(awayMs);
    [this.garden, this.steps] = this.boot(program, this.remembered, reason);
  }

  run(ms: number): void {
    for (const end = this.clock.now() + ms; this.clock.now() < end; ) {
      this.clock.advance(100);
      if (this.epoch > 0) this.epoch += 0.1;
      const raining = this.inputs.get(wiring.rain.sensor) === wiring.rain.wet;
      this.garden.tick(this.clock.now(), raining, this.minute, this.epoch);
      this.invariant();
    }
  }

  /** Runs until `done`; fails after a minute. */
  until(done: () => boolean): void {
    for (let i = 0; i < 600 && !done(); i++) this.run(100);
    if (!done()) throw new Error(`waited in vain; ${JSON.stringify(this.events)}`);
  }

  enter(): void {
    for (const step of this.steps) step.enter();
  }

  leave(): void {
    for (const step of [...this.steps].reverse()) step.leave();
  }

  /** What the agent would receive: true only when every step returns it. */
  safe(): true | string {
    for (const step of this.steps) {
      const answer = step.check();
      if (answer !== true) return answer;
    }
    return true;
  }

  /** The sequence that the garden has kept: `program step zone secondsLeft`, or "". */
  get kept(): string {
    const it = parseRecord(this.remembered)?.interruption;
    return it === undefined ? "" : `${it.program} ${it.step} ${it.zone} ${it.secondsLeft}`;
  }

  get notes(): string[] {
    return this.events.flatMap((event) => (event.event === "note" ? [event.text] : []));
  }

  get zones(): string[] {
    return this.events.flatMap((event) =>
      event.event === "zone" ? [`${event.zone} ${event.state} ${event.secondsLeft}`] : [],
    );
  }

  private boot(program: Program, recalled: string, reason: string): [typeof asked, SafeStep[]] {
    const drives = [wiring.pump.drive, ...wiring.valves.map((valve) => valve.drive)];
    const ports: GardenPorts = {
      drive: (index, on) => this.drive(drives[index], on),
      reads: (index) =>
        index === 0
          ? this.outputs.get(drives[0]) === 1
          : this.inputs.get(wiring.valves[index - 1].sensor) === 1,
      remember: (text) => {
        if (this.forgetful) throw new Error("NOTE_NOT_KEPT");
        this.remembered = text;
      },
      report: (event) => this.events.push(event),
    };
    const now = (): number => this.clock.now();
    const life = beginLife(wiring, program, recalled, reason, now());
    startGarden(wiring, program, life === undefined ? ports : recordedPorts(ports, life, now), now());
    recall(recalled, reason);
    const steps = safeStateOf(wiring.closeMs);
    if (life === undefined) return [asked, steps];
    return [recordedGarden(life, ports, now), recordedSteps(life, steps, now)];
  }
}
