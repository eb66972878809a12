import { type BenchWiring, parseWiring, type SwitchWiring, type ValveWiring } from "./bench-wiring.js";
import type { BoardClock } from "./clock.js";
import type { Level } from "./pins.js";

/** What the motor and the spring make of a valve. */
type ValveMotion = "closed" | "opening" | "open" | "closing";

/** Positions closer than this are one; sums of milliseconds do not come out even. */
const epsilon = 1e-9;

/**
 * A spring-return motor valve: powered, it travels to 1 (open); unpowered or floating, the spring takes it to 0
 * (closed). Position moves linearly with time. Time comes in from outside, in ms.
 */
class BenchValve {
  position = 0;
  powered = false;
  /** Where the mechanism jams: it cannot pass this position (0..1) from either side. */
  jamAt: number | undefined;
  private last: number;

  constructor(
    private readonly openMs: number,
    private readonly closeMs: number,
    now: number,
  ) {
    this.last = now;
  }

  get motion(): ValveMotion {
    if (this.powered) return this.position >= 1 ? "open" : "opening";
    return this.position <= 0 ? "closed" : "closing";
  }

  /** ms until it comes to rest; 0 when it rests. */
  get travelMs(): number {
    return Math.abs(this.goal - this.position) * this.fullMs;
  }

  /**
   * Moves on to `now`.
   * @returns the opening integrated over the time passed: 1 fully open for 1 ms is 1
   */
  advance(now: number): number {
    const passed = Math.max(0, now - this.last);
    this.last = now;
    const moving = Math.min(passed, this.travelMs);
    const from = this.position;
    const goal = this.goal;
    this.position = from + Math.sign(goal - from) * (moving / this.fullMs);
    if (Math.abs(this.position - goal) < epsilon) this.position = goal;
    return ((from + this.position) / 2) * moving + this.position * (passed - moving);
  }

  private get fullMs(): number {
    return this.powered ? this.openMs : this.closeMs;
  }

  private get goal(): number {
    const end = this.powered ? 1 : 0;
    const jam = this.jamAt;
    if (jam === undefined) return end;
    const between = this.powered ? jam >= this.position : jam <= this.position;
    return between ? jam : end;
  }
}

/** The board's pins, seen from outside the chip. */
interface BenchPins {
  /** `driven` is undefined while the pin floats: an input, or a chip without power. */
  listen(listener: (pin: number, level: Level | undefined, driven: Level | undefined) => void): unknown;
  drive(pin: number, level: Level): void;
}

export type BenchEvent =
  | { readonly event: "valve"; readonly name: string; readonly state: ValveMotion }
  | { readonly event: "pump"; readonly state: "on" | "off" };

/** Litres in a minute through one fully open valve. */
const litresPerMinute = 20;
/** Long enough for firmware that looks every 100 ms. */
const pressMs = 300;

interface Station {
  readonly wiring: ValveWiring;
  readonly valve: BenchValve;
  /** As last reported. */
  motion: ValveMotion;
  litres: number;
  /** What a broken switch reads, whatever the valve does. */
  broken: Level | undefined;
}

/**
 * Valves, pump, rain and a button, wired to the virtual board. They are not part of the chip: when its power is cut
 * the drives float, springs close the valves, and time goes on.
 */
export class Bench {
  private readonly stations: Station[];
  /** Whether the pump runs. */
  pumpRuns = false;
  private readonly wiring: BenchWiring;
  private readonly presses = new Set<() => void>();
  private cancelArrival: () => void = () => undefined;

  /**
   * Puts the bench of a wiring.json around a board.
   * @param wiringJson the parsed file
   * @throws SluiceError BAD_WIRING
   */
  constructor(
    wiringJson: unknown,
    private readonly pins: BenchPins,
    private readonly clock: Pick<BoardClock, "now" | "after">,
    private readonly emit: (event: BenchEvent) => void,
  ) {
    const wiring = parseWiring(wiringJson);
    this.wiring = wiring;
    this.stations = wiring.valves.map((valve) => ({
      wiring: valve,
      valve: new BenchValve(wiring.openMs, wiring.closeMs, clock.now()),
      motion: "closed",
      litres: 0,
      broken: undefined,
    }));
    for (const station of this.stations) this.showSwitch(station);
    this.setSwitch(wiring.rain, false);
    this.setSwitch(wiring.button, false);
    pins.listen((pin, _level, driven) => this.onPin(pin, driven === 1));
  }

  /** The true state of each valve, whatever its end switch reads. */
  get valves(): readonly { readonly name: string; readonly state: ValveMotion; readonly position: number }[] {
    this.settle();
    return this.stations.map(({ wiring, valve }) => ({
      name: wiring.name,
      state: valve.motion,
      position: valve.position,
    }));
  }

  /** Litres that went through valve `index` (0-based) so far. */
  litres(index: number): number {
    this.settle();
    return this.at(index).litres;
  }

  get totalLitres(): number {
    this.settle();
    return this.stations.reduce((sum, station) => sum + station.litres, 0);
  }

  /** The valve jams when it reaches `position` (0 closed .. 1 open), until `free`. */
  stick(index: number, position: number | undefined): void {
    this.settle();
    this.at(index).valve.jamAt = position;
    this.showAll();
  }

  free(index: number): void {
    this.stick(index, undefined);
  }

  /** Breaks the end switch: it reads `level` from now on; undefined repairs it. */
  breakSwitch(index: number, level: 0 | 1 | undefined): void {
    const station = this.at(index);
    station.broken = level;
    this.settle();
    this.showSwitch(station);
  }

  rain(wet: boolean): void {
    this.setSwitch(this.wiring.rain, wet);
  }

  /** Presses the button for 300 ms; `false` when the wiring has none. */
  press(): boolean {
    const button = this.wiring.button;
    if (button === undefined) return false;
    this.setSwitch(button, true);
    const cancel = this.clock.after(pressMs, () => {
      this.presses.delete(cancel);
      this.setSwitch(button, false);
    });
    this.presses.add(cancel);
    return true;
  }

  /** Ends its timers; the valves stay where they are. */
  close(): void {
    for (const cancel of this.presses) cancel();
    this.presses.clear();
    this.cancelArrival();
  }

  private onPin(pin: number, high: boolean): void {
    const station = this.stations.find((one) => one.wiring.drive === pin);
    if (station !== undefined && station.valve.powered !== high) {
      this.settle();
      station.valve.powered = high;
      this.showAll();
    }
    if (pin === this.wiring.pump && this.pumpRuns !== high) {
      this.settle();
      this.pumpRuns = high;
      this.emit({ event: "pump", state: high ? "on" : "off" });
    }
  }

  /** Brings every valve and meter up to now. */
  private settle(): void {
    const now = this.clock.now();
    for (const station of this.stations) {
      const opened = station.valve.advance(now);
      if (this.pumpRuns) station.litres += (opened * litresPerMinute) / 60_000;
    }
  }

  private showAll(): void {
    for (const station of this.stations) {
      this.showSwitch(station);
      const motion = station.valve.motion;
      if (motion === station.motion) continue;
      station.motion = motion;
      this.emit({ event: "valve", name: station.wiring.name, state: motion });
    }
    this.expectArrival();
  }

  /** One timer, for whichever valve comes to rest or leaves its end switch next. */
  private expectArrival(): void {
    this.cancelArrival();
    const travels = this.stations.map((one) => one.valve.travelMs).filter((ms) => ms > 0);
    if (travels.length === 0) return;
    this.cancelArrival = this.clock.after(Math.max(1, Math.ceil(Math.min(...travels))), () => {
      this.settle();
      this.showAll();
    });
  }

  /** The switch opens as soon as the valve moves, not at the next look at it. */
  private showSwitch(station: Station): void {
    const closed = station.valve.position <= 0 && station.valve.travelMs === 0 ? 1 : 0;
    this.pins.drive(station.wiring.sensor, station.broken ?? closed);
  }

  private setSwitch(to: SwitchWiring | undefined, active: boolean): void {
    if (to !== undefined) this.pins.drive(to.pin, active ? to.active : to.active === 1 ? 0 : 1);
  }

  private at(index: number): Station {
    const station = this.stations[index];
    if (station === undefined) throw new RangeError(`there is no valve ${index + 1}`);
    return station;
  }
}
