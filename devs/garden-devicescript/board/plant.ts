import { millis, sleep } from "@devicescript/core";
import { ota } from "sluice/devicescript";
import {
  type GardenEvent,
  type GardenPorts,
  phase,
  recall,
  startGarden,
  stopWatering,
  tickGarden,
  waterZone,
  wellness,
} from "../../garden/lib/garden.js";
import type { Program } from "../../garden/lib/program.js";
import { type SafeStep, safeStateOf } from "../../garden/lib/safe-state.js";
import type { Wiring } from "../wiring.js";
import type { Hardware } from "./hardware.js";

const tickMs = 100;

/** A garden on DeviceScript, ready for updates. */
export interface Planted {
  readonly safeState: SafeStep[];
  readonly healthy: () => true | string;
  /** Starts the clockwork; call it after `ota.begin`, which knows why the program has started. */
  readonly run: () => void;
}

function report(event: GardenEvent): void {
  if (event.event === "note") console.log(`note: ${event.text}`);
  else console.log(`zone ${event.zone} ${event.state}, ${event.program}, ${event.secondsLeft} s left`);
}

/** Closes every valve and stops the pump; nothing opens before `run`. */
export function plant(hardware: Hardware, wiring: Wiring, program: Program): Planted {
  const ports: GardenPorts = {
    drive: hardware.drive,
    reads: hardware.reads,
    remember: ota.remember,
    report: report,
  };
  startGarden(wiring, program, ports, millis());

  const run = async (): Promise<void> => {
    recall(ota.recall(), ota.startReason());
    let wasPressed = true;
    while (true) {
      await hardware.read();
      // DeviceScript has no clock of the day: programs start by the time since the boot. Nor a date. The chip's own
      // time goes on while a program is replaced, and starts anew with the chip, so that a record of "later" tells of
      // a power cut.
      tickGarden(millis(), hardware.raining(), -1, millis() / 1000);
      const isPressed = hardware.pressed();
      if (isPressed && !wasPressed) {
        if (phase === "idle") waterZone(wiring.zone, wiring.seconds);
        else stopWatering("button");
      }
      wasPressed = isPressed;
      await hardware.write();
      await sleep(tickMs);
    }
  };

  return {
    safeState: safeStateOf(wiring.closeMs),
    healthy: wellness,
    run: () => {
      run.start();
    },
  };
}
