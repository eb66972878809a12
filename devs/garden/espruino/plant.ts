import { ota } from "sluice/espruino";
import { Garden, type GardenPorts } from "../lib/garden.js";
import { cautiousPolicy } from "../lib/interruption.js";
import type { Program } from "../lib/program.js";
import { type SafeStep, safeStateOf } from "../lib/safe-state.js";
import { SteadyClock } from "../lib/steady-clock.js";
import type { ValvePort } from "../lib/valve.js";
import { inputIs, pumpPort, valvePort } from "./pins.js";
import type { Wiring } from "./wiring.js";

const tickMs = 100;
/** Earlier than that (September 2020) the clock only counts from power-on. */
const clockIsSetFrom = 1600000000;

function epochSeconds(): number {
  const time = getTime();
  return time < clockIsSetFrom ? 0 : time;
}

function minuteOfDay(): number {
  if (epochSeconds() === 0) return -1;
  const date = new Date(getTime() * 1000);
  return date.getHours() * 60 + date.getMinutes();
}

function portsOf(wiring: Wiring): GardenPorts {
  const pump = pumpPort(wiring.pump.drive);
  const valves: ValvePort[] = [];
  for (const valve of wiring.valves) valves.push(valvePort(valve.drive, valve.sensor, wiring.sensorMode));
  return {
    valves: valves,
    pump: pump,
    raining: inputIs(wiring.rain.sensor, wiring.rain.mode, wiring.rain.wet),
    minuteOfDay: minuteOfDay,
    epochSeconds: epochSeconds,
    remember: (text) => ota.remember(text),
    report: (event) => E.emit("sluice", event),
  };
}

/** A garden on Espruino's pins, ready to be told of updates. */
export interface Planted {
  readonly safeState: SafeStep[];
  readonly healthy: () => true | string;
  /** Starts the clockwork; call it after `ota.begin`, which knows why the board has started. */
  readonly run: () => void;
}

/** Closes every valve and stops the pump before it returns; nothing opens before `run`. */
export function plant(wiring: Wiring, program: Program): Planted {
  const deadlineMs = 2 * wiring.closeMs;
  const times = { openMs: wiring.openMs, closeMs: wiring.closeMs, deadlineMs: deadlineMs };
  const setup = { program: program, policy: cautiousPolicy, times: times, rainDelayHours: 12 };
  const garden = new Garden(setup, portsOf(wiring));
  const clock = new SteadyClock(getTime() * 1000, tickMs);
  const pressed = inputIs(wiring.button.sensor, wiring.button.mode, wiring.button.pressed);
  let wasPressed = pressed();
  garden.start(0);

  function tick(): void {
    garden.tick(clock.advance(getTime() * 1000));
    const isPressed = pressed();
    if (isPressed && !wasPressed) {
      if (garden.running()) garden.stop("button");
      else garden.manual(wiring.button.zone, wiring.button.seconds);
    }
    wasPressed = isPressed;
  }

  return {
    safeState: safeStateOf(garden, deadlineMs),
    healthy: () => garden.wellness(),
    run: () => {
      garden.recall(ota.recall(), ota.startReason());
      setInterval(tick, tickMs);
    },
  };
}
