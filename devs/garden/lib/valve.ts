/** What a valve is wired to. */
export interface ValvePort {
  /** `true` powers the motor: it opens. Without power its spring closes it. */
  readonly drive: (open: boolean) => void;
  /** The end switch: `true` only when the valve is fully closed. A broken wire reads `false`. */
  readonly readsClosed: () => boolean;
}

/** How fast the motors are, in ms. */
export interface ValveTimes {
  /** From closed to fully open. */
  readonly openMs: number;
  /** From fully open to closed. */
  readonly closeMs: number;
  /** A valve that is not closed after so long is stuck. */
  readonly deadlineMs: number;
}

export type ValveState = "closed" | "opening" | "open" | "closing" | "stuck";

/** One motor valve. It begins as closing: what it did before the restart is not known. */
export class Valve {
  readonly name: string;
  state: ValveState = "closing";
  /** What went wrong with the last movement, e.g. "valve 2 does not open"; "" when nothing did. */
  fault = "";
  private readonly port: ValvePort;
  private readonly times: ValveTimes;
  private since = 0;
  /** Until then a "closed" from the switch is not believed: no motor is that fast, but a bouncing contact is. */
  private believeFrom = 0;

  constructor(name: string, port: ValvePort, times: ValveTimes) {
    this.name = name;
    this.port = port;
    this.times = times;
  }

  /** Power off, whatever was before. */
  start(now: number): void {
    this.closeFrom(now, now);
  }

  /** Only a closed valve opens. */
  open(now: number): boolean {
    if (this.state !== "closed") return false;
    this.fault = "";
    this.state = "opening";
    this.since = now;
    this.port.drive(true);
    return true;
  }

  close(now: number): void {
    if (this.state === "opening" || this.state === "open") this.closeFrom(now, now + this.times.closeMs);
    else this.port.drive(false);
  }

  /** The switch says closed although the motor holds it open. */
  lost(): boolean {
    return this.state === "open" && this.port.readsClosed();
  }

  tick(now: number): void {
    const closed = this.port.readsClosed();
    switch (this.state) {
      case "closed":
        if (!closed) this.closeFrom(now, now);
        break;
      case "opening":
        if (now - this.since >= this.times.openMs) {
          if (closed) this.fail("does not open", now);
          else this.state = "open";
        }
        break;
      case "open":
        if (closed) this.fail("closed by itself", now);
        break;
      case "closing":
        if (closed && now >= this.believeFrom) this.state = "closed";
        else if (now - this.since >= this.times.deadlineMs) {
          this.state = "stuck";
          this.fault = `${this.name} does not close`;
        }
        break;
      case "stuck":
        if (closed) {
          this.state = "closed";
          this.fault = "";
        }
        break;
    }
  }

  private fail(what: string, now: number): void {
    this.fault = `${this.name} ${what}`;
    this.closeFrom(now, now + this.times.closeMs);
  }

  private closeFrom(now: number, believeFrom: number): void {
    this.port.drive(false);
    this.state = "closing";
    this.since = now;
    this.believeFrom = believeFrom;
  }
}
