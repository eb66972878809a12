/** Inlined: a variable would take memory. */
const enum Flow {
  /** How long the flow sensor may disagree with what was done: water runs out, pipes fill, paddles bounce. ms */
  FlowMs = 10000,
}

/** What is wired up, as far as decisions go. */
export interface Plumbing {
  /** One for each zone; only their number counts here. */
  readonly valves: readonly unknown[];
  /** The motors' time from closed to fully open, ms. */
  readonly openMs: number;
  /** And back. A valve that is not closed after twice that is stuck. */
  readonly closeMs: number;
}

/** The way to the pins: 0 is the pump or master valve, 1 is valve 1, which waters zone 1, and so on. */
export interface WaterPorts {
  /** `true` runs the pump, or powers a valve's motor: it opens. Without power its spring closes it. */
  readonly drive: (index: number, on: boolean) => void;
  /** Of the pump, does its pin read high? Of a valve, is it fully closed? A broken wire reads `false`. */
  readonly reads: (index: number) => boolean;
  /** Where there is a flow sensor: does water flow? */
  readonly flows?: (() => boolean) | undefined;
}

export interface Valve {
  readonly zone: number;
  state: "closed" | "opening" | "open" | "closing" | "stuck";
  /** What went wrong with the last movement, e.g. "valve 2 does not open"; "" when nothing did. */
  fault: string;
  since: number;
  /** Until then a "closed" from the switch is not believed: no motor is that fast, but a bouncing contact is. */
  believeFrom: number;
}

let openMs: number;
let closeMs: number;
let ports: WaterPorts;
/** Zone z has `valves[z - 1]`. */
export let valves: Valve[];
/** The zone that the pump runs for, or 0. */
export let pumpedZone: number;
/** "valve 2 does not close", or "". */
export let alarm: string;
/** The time of the last tick, ms. */
export let tickedAt: number;
/** Since when the flow sensor has agreed no more, ms. */
let agreedAt: number;

/** Pump off, every valve without power; what they did before is not known. Call it before anything else. */
export function startWaterworks(wired: Plumbing, outside: WaterPorts, now: number): void {
  openMs = wired.openMs;
  closeMs = wired.closeMs;
  ports = outside;
  valves = [];
  alarm = "";
  tickedAt = agreedAt = now;
  stopPump();
  for (let zone = 1; zone <= wired.valves.length; zone++) {
    const valve: Valve = { zone: zone, state: "closing", fault: "", since: now, believeFrom: now };
    letGo(valve, now);
    valves.push(valve);
  }
}

/** Follows the valves. Two rules hold whatever comes: water flows through one valve only, the pump stops before it moves. */
export function tickWaterworks(now: number): void {
  tickedAt = now;
  alarm = "";
  for (const valve of valves) {
    const closed = ports.reads(valve.zone);
    const passed = now - valve.since;
    let fault = "";
    switch (valve.state) {
      case "closed":
        if (!closed) letGo(valve, now);
        break;
      case "opening":
        if (passed >= openMs) {
          if (closed) fault = "does not open";
          else valve.state = "open";
        }
        break;
      case "open":
        if (closed) fault = "closed by itself";
        break;
      case "closing":
        if (closed && now >= valve.believeFrom) valve.state = "closed";
        else if (passed >= 2 * closeMs) {
          valve.state = "stuck";
          valve.fault = `valve ${valve.zone} does not close`;
        }
        break;
      case "stuck":
        if (closed) {
          valve.state = "closed";
          valve.fault = "";
        }
        break;
    }
    if (fault !== "") {
      if (pumpedZone > 0) stopPump();
      valve.fault = `valve ${valve.zone} ${fault}`;
      letGo(valve, now + closeMs);
    }
    if (valve.state === "stuck" && alarm === "") alarm = valve.fault;
  }
  if (pumpedZone > 0 && waitingFor(pumpedZone) !== "") stopPump();
  if (ports.flows !== undefined) watchFlow(ports.flows());
}

/** A leak is an alarm: nothing opens, and no update is accepted, while water flows through closed valves. */
function watchFlow(flows: boolean): void {
  const isDry = pumpedZone > 0 && !flows;
  const isLeak = pumpedZone === 0 && flows && waitingFor(0) === "";
  if (!isDry && !isLeak) agreedAt = tickedAt;
  else if (tickedAt - agreedAt < Flow.FlowMs) return;
  else if (isLeak) {
    if (alarm === "") alarm = "water flows through closed valves";
  } else {
    const valve = valves[pumpedZone - 1];
    valve.fault = `no water flows through valve ${valve.zone}`;
    stopPump();
    letGo(valve, tickedAt + closeMs);
  }
}

/** Opens a zone's valve if every valve is closed. */
export function openValve(zone: number): boolean {
  if (zone < 1 || zone > valves.length || waitingFor(0) !== "") return false;
  const valve = valves[zone - 1];
  valve.fault = "";
  valve.state = "opening";
  valve.since = tickedAt;
  ports.drive(zone, true);
  return true;
}

/** Only while that zone's valve is open, and no other. */
export function runPump(zone: number): boolean {
  if (valves[zone - 1].state !== "open" || waitingFor(zone) !== "") return false;
  pumpedZone = zone;
  ports.drive(0, true);
  return true;
}

export function stopPump(): void {
  pumpedZone = 0;
  ports.drive(0, false);
}

export function closeValves(): void {
  stopPump();
  for (const valve of valves)
    if (valve.state === "opening" || valve.state === "open") letGo(valve, tickedAt + closeMs);
    else ports.drive(valve.zone, false);
}

/**
 * The first valve that is not closed: "closing valve 2", or "". Verified by the switches, not by what was commanded.
 *
 * @param except this zone's, or 0
 */
export function waitingFor(except: number): string {
  for (const valve of valves)
    if (valve.state !== "closed" && valve.zone !== except) return `closing valve ${valve.zone}`;
  return "";
}

function letGo(valve: Valve, believeFrom: number): void {
  ports.drive(valve.zone, false);
  valve.state = "closing";
  valve.since = tickedAt;
  valve.believeFrom = believeFrom;
}
