import { ota } from "sluice/espruino";
import {
  type GardenPorts,
  phase,
  recall,
  startGarden,
  stopWatering,
  tickGarden,
  waterZone,
  wellness,
} from "../lib/garden.js";
import type { Program } from "../lib/program.js";
import { type SafeStep, safeStateOf } from "../lib/safe-state.js";
import { steadyMs, Tick } from "../lib/steady-clock.js";
import type { Wiring } from "./wiring.js";

const enum Clock {
  /** Earlier than that (September 2020) it only counts from power-on. */
  IsSetFrom = 1600000000,
}

/** A garden on Espruino's pins, ready for updates. */
export interface Planted {
  readonly safeState: SafeStep[];
  readonly healthy: () => true | string;
  /** Starts the clockwork; call it after `ota.begin`, which knows why the board has started. */
  readonly run: () => void;
}

/** An output is low from the first moment. */
function pinOf(number: number, mode: string): Pin {
  const pin = new Pin(number);
  if (mode === "output") digitalWrite(pin, 0);
  pinMode(pin, mode as PinMode);
  return pin;
}

/** Closes every valve and stops the pump before it returns; nothing opens before `run`. */
export function plant(wiring: Wiring, program: Program): Planted {
  const pump = pinOf(wiring.pump.drive, "output");
  const drives = [pump];
  const sensors = [pump];
  for (const valve of wiring.valves) {
    drives.push(pinOf(valve.drive, "output"));
    sensors.push(pinOf(valve.sensor, wiring.sensorMode));
  }
  const rain = pinOf(wiring.rain.sensor, wiring.rain.mode);
  const flow = wiring.flow;
  const meter = flow === undefined ? undefined : pinOf(flow.sensor, flow.mode);
  const button = pinOf(wiring.button.sensor, wiring.button.mode);
  let wasPressed = digitalRead(button) === wiring.button.pressed;

  function tick(): void {
    const time = getTime();
    const date = new Date(time * 1000);
    const isSet = time >= Clock.IsSetFrom;
    tickGarden(
      steadyMs(time * 1000),
      digitalRead(rain) === wiring.rain.wet,
      isSet ? date.getHours() * 60 + date.getMinutes() : -1,
      isSet ? time : 0,
    );
    const isPressed = digitalRead(button) === wiring.button.pressed;
    if (isPressed && !wasPressed) {
      if (phase === "idle") waterZone(wiring.button.zone, wiring.button.seconds);
      else stopWatering("button");
    }
    wasPressed = isPressed;
  }

  const ports: GardenPorts = {
    drive: (index, on) => digitalWrite(drives[index], on ? 1 : 0),
    reads: (index) => !!digitalRead(sensors[index]),
    flows: flow === undefined || meter === undefined ? undefined : () => digitalRead(meter) === flow.flows,
    remember: ota.remember,
    report: (event) => E.emit("sluice", event),
  };
  startGarden(wiring, program, ports, steadyMs(getTime() * 1000));
  return {
    safeState: safeStateOf(wiring.closeMs),
    healthy: wellness,
    run: () => {
      recall(ota.recall(), ota.startReason());
      setInterval(tick, Tick.Ms);
    },
  };
}
