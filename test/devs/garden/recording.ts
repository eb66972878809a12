import {
  type GardenPorts,
  skipFor,
  stopWatering,
  tickGarden,
  waterZone,
  wellness,
} from "../../../devs/garden/lib/garden.js";
import type { Program } from "../../../devs/garden/lib/program.js";
import type { SafeStep } from "../../../devs/garden/lib/safe-state.js";
import type { Plumbing } from "../../../devs/garden/lib/waterworks.js";

/** What tests call on a garden between its start and its end. */
export const asked = { tick: tickGarden, manual: waterZone, stop: stopWatering, skipFor, wellness };

/** All calls to a garden from one start to the next, and all that it did. */
export interface Life {
  readonly plumbing: Plumbing;
  readonly program: Program;
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
  /** The inputs: closed switches, rain, minute of the day. */
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
  plumbing: Plumbing,
  program: Program,
  recalled: string,
  reason: string,
  start: number,
): Life | undefined {
  const life = { plumbing, program, recalled, reason, start, asked: [], did: [], dated: false };
  kept?.push(life);
  return kept && life;
}

/** The ports with everything that goes out written down. */
export function recordedPorts(ports: GardenPorts, life: Life, now: () => number): GardenPorts {
  const did = (what: string): void => void life.did.push(`${now()}:${what}`);
  return {
    ...ports,
    drive: (index, on) => {
      did(index > 0 ? `valve ${index} ${on ? "open" : "close"}` : `pump ${on ? "on" : "off"}`);
      ports.drive(index, on);
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

/** The garden, recording calls and results. */
export function recordedGarden(life: Life, ports: GardenPorts, now: () => number): typeof asked {
  return {
    tick: (at, raining, minute, epoch) => {
      const closed = life.plumbing.valves.map((_, index) => (ports.reads(index + 1) ? "1" : "0")).join("");
      if (epoch > 0) life.dated = true;
      const before = life.did.length;
      tickGarden(at, raining, minute, epoch);
      const inputs = `${closed} ${raining ? 1 : 0} ${minute}`;
      life.asked.push({ kind: "tick", at, inputs, loud: life.did.length > before });
    },
    manual: (zone, seconds) => call(life, now, `M ${zone} ${seconds}`, () => waterZone(zone, seconds)),
    stop: (why) => call(life, now, `S ${why}`, () => stopWatering(why)),
    skipFor: (hours) => call(life, now, `K ${hours}`, () => skipFor(hours)),
    wellness: () => call(life, now, "H", wellness),
  };
}

export function recordedSteps(life: Life, steps: readonly SafeStep[], now: () => number): SafeStep[] {
  return steps.map((step, index) => ({
    ...step,
    enter: () => call(life, now, `E ${index}`, step.enter),
    check: () => call(life, now, `C ${index}`, step.check),
    leave: () => call(life, now, `L ${index}`, step.leave),
  }));
}

function call<Answer>(life: Life, now: () => number, line: string, body: () => Answer): Answer {
  life.asked.push({ kind: "call", line });
  try {
    const answer = body();
    life.did.push(`${now()}:= ${answer}`);
    return answer;
  } catch (error) {
    life.did.push(`${now()}:! ${error instanceof Error ? error.message : error}`);
    throw error;
  }
}
