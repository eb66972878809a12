import { millis, sleep } from "@devicescript/core";
import { ota } from "sluice/devicescript";
import { Garden, type GardenEvent } from "../../garden/lib/garden.js";
import { cautiousPolicy } from "../../garden/lib/interruption.js";
import type { Program } from "../../garden/lib/program.js";
import { type SafeStep, safeStateOf } from "../../garden/lib/safe-state.js";
import type { Wiring } from "../wiring.js";
import type { Hardware } from "./hardware.js";

const tickMs = 100;

/** A garden on DeviceScript, ready to be told of updates. */
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
  const deadlineMs = 2 * wiring.closeMs;
  const garden = new Garden(
    {
      program: program,
      policy: cautiousPolicy,
      times: { openMs: wiring.openMs, closeMs: wiring.closeMs, deadlineMs: deadlineMs },
      rainDelayHours: 12,
    },
    {
      valves: hardware.valves,
      pump: hardware.pump,
      raining: hardware.raining,
      // DeviceScript has no clock of the day: programs start by the time since the boot.
      minuteOfDay: () => -1,
      // Nor a date. The chip's own time goes on while a program is replaced, and starts anew with the chip, so that a
      // record of "later" tells of a power cut.
      epochSeconds: () => millis() / 1000,
      remember: (text) => ota.remember(text),
      report: report,
    },
  );
  garden.start(millis());

  const run = async (): Promise<void> => {
    garden.recall(ota.recall(), ota.startReason());
    let wasPressed = true;
    while (true) {
      await hardware.read();
      garden.tick(millis());
      const isPressed = hardware.pressed();
      if (isPressed && !wasPressed) {
        if (garden.running()) garden.stop("button");
        else garden.manual(wiring.zone, wiring.seconds);
      }
      wasPressed = isPressed;
      await hardware.write();
      await sleep(tickMs);
    }
  };

  return {
    safeState: safeStateOf(garden, deadlineMs),
    healthy: () => garden.wellness(),
    run: () => {
      run.start();
    },
  };
}
