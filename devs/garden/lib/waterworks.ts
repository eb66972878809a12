import { Valve, type ValvePort, type ValveTimes } from "./valve.js";

export interface PumpPort {
  readonly drive: (on: boolean) => void;
  /** Reads the pin back. */
  readonly runs: () => boolean;
}

/**
 * The pump and its valves, and the two rules that hold whatever the program does: the pump runs only while exactly
 * one valve is open, and it stops before that valve closes.
 */
export class Waterworks {
  readonly valves: Valve[] = [];
  private readonly pump: PumpPort;
  private pumping = false;

  constructor(pump: PumpPort, valves: ValvePort[], times: ValveTimes) {
    this.pump = pump;
    for (const port of valves) this.valves.push(new Valve(`valve ${this.valves.length + 1}`, port, times));
  }

  /** Pump off, every valve without power. Call it before anything else. */
  start(now: number): void {
    this.stopPump();
    for (const valve of this.valves) valve.start(now);
  }

  tick(now: number): void {
    if (this.pumping) for (const valve of this.valves) if (valve.lost()) this.stopPump();
    for (const valve of this.valves) valve.tick(now);
    if (this.pumping && !this.oneOpen()) this.stopPump();
  }

  /** Opens the valve (0-based) if every valve is closed. */
  open(index: number, now: number): boolean {
    return this.allClosed() && this.valves[index].open(now);
  }

  runPump(): boolean {
    if (!this.oneOpen()) return false;
    this.pumping = true;
    this.pump.drive(true);
    return true;
  }

  stopPump(): void {
    this.pumping = false;
    this.pump.drive(false);
  }

  pumpRuns(): boolean {
    return this.pumping || this.pump.runs();
  }

  closeAll(now: number): void {
    this.stopPump();
    for (const valve of this.valves) valve.close(now);
  }

  /** Verified by the switches, not by what was commanded. */
  allClosed(): boolean {
    for (const valve of this.valves) if (valve.state !== "closed") return false;
    return true;
  }

  /** The first valve that is not closed yet: "closing valve 2", or "". */
  waitingFor(): string {
    for (const valve of this.valves) if (valve.state !== "closed") return `closing ${valve.name}`;
    return "";
  }

  /** "valve 2 does not close", or "". */
  alarm(): string {
    for (const valve of this.valves) if (valve.state === "stuck") return valve.fault;
    return "";
  }

  private oneOpen(): boolean {
    let open = 0;
    for (const valve of this.valves) {
      if (valve.state === "open") open++;
      else if (valve.state !== "closed") return false;
    }
    return open === 1;
  }
}
