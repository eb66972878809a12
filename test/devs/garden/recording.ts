import { Garden, type GardenPorts, type GardenSetup } from "../../../devs/garden/lib/garden.js";
import type { SafeStep } from "../../../devs/garden/lib/safe-state.js";

/** What a garden was asked and told from one start to the next, and all that it did. */
export interface Life {
  readonly setup: GardenSetup;
  readonly recalled: string;
  readonly reason: string;
  /** ms, when it was started. */
  readonly start: number;
  readonly asked: (Tick | Call)[];
  /** `MS:what`, in order. */
  readonly did: string[];
  /** The clock of the day was set at some time. */
  dated: boolean;
}

export interface Tick {
  readonly kind: "tick";
  readonly at: number;
  /** What the inputs say: closed switches, rain, minute of the day. */
  readonly inputs: string;
  /** It did something. */
  readonly loud: boolean;
}

export interface Call {
  readonly kind: "call";
  readonly line: string;
}

let kept: Life[] | undefined;

/** From now on every rig's gardens are recorded. @returns where */
export function recordLives(): readonly Life[] {
  kept ??= [];
  return kept;
}

/** Undefined while nothing is recorded. */
export function beginLife(
  setup: GardenSetup,
  recalled: string,
  reason: string,
  start: number,
): Life | undefined {
  const life = { setup, recalled, reason, start, asked: [], did: [], dated: false };
  kept?.push(life);
  return kept && life;
}

/** The ports with everything that goes out written down. */
export function recordedPorts(ports: GardenPorts, life: Life, now: () => number): GardenPorts {
  const did = (what: string): void => void life.did.push(`${now()}:${what}`);
  return {
    ...ports,
    valves: ports.valves.map((valve, index) => ({
      ...valve,
      drive: (open) => {
        did(`valve ${index + 1} ${open ? "open" : "close"}`);
        valve.drive(open);
      },
    })),
    pump: {
      ...ports.pump,
      drive: (on) => {
        did(`pump ${on ? "on" : "off"}`);
        ports.pump.drive(on);
      },
    },
    remember: (text) => {
      did(`remember ${text}`);
      ports.remember(text);
    },
    report: (event) => {
      did(
        event.event === "note"
          ? `note ${event.text}`
          : `zone ${event.zone} ${event.state} ${event.program} ${event.secondsLeft}`,
      );
      ports.report(event);
    },
  };
}

/** A garden that writes down what it is asked, with its answers. */
export class RecordedGarden extends Garden {
  /** A garden calls its own methods too; only what comes from outside is asked of it. */
  private inside = false;

  constructor(
    setup: GardenSetup,
    private readonly seen: GardenPorts,
    private readonly life: Life,
    private readonly clock: () => number,
  ) {
    super(setup, seen);
  }

  override tick(now: number): void {
    const { valves, raining, minuteOfDay, epochSeconds } = this.seen;
    const closed = valves.map((valve) => (valve.readsClosed() ? "1" : "0")).join("");
    const inputs = `${closed} ${raining() ? 1 : 0} ${minuteOfDay()}`;
    if (epochSeconds() > 0) this.life.dated = true;
    const before = this.life.did.length;
    this.inside = true;
    super.tick(now);
    this.inside = false;
    this.life.asked.push({ kind: "tick", at: now, inputs, loud: this.life.did.length > before });
  }

  override manual(zone: number, seconds: number): string {
    return this.call(`M ${zone} ${seconds}`, () => super.manual(zone, seconds));
  }

  override stop(why: string): void {
    this.call(`S ${why}`, () => super.stop(why));
  }

  override skipFor(hours: number): void {
    this.call(`K ${hours}`, () => super.skipFor(hours));
  }

  override wellness(): true | string {
    return this.call("H", () => super.wellness());
  }

  recordSteps(steps: readonly SafeStep[]): SafeStep[] {
    return steps.map((step, index) => ({
      ...step,
      enter: () => this.call(`E ${index}`, () => step.enter()),
      check: () => this.call(`C ${index}`, () => step.check()),
      leave: () => this.call(`L ${index}`, () => step.leave()),
    }));
  }

  private call<Answer>(line: string, body: () => Answer): Answer {
    if (this.inside) return body();
    this.life.asked.push({ kind: "call", line });
    try {
      const answer = body();
      this.life.did.push(`${this.clock()}:= ${answer}`);
      return answer;
    } catch (error) {
      this.life.did.push(`${this.clock()}:! ${error instanceof Error ? error.message : error}`);
      throw error;
    }
  }
}
