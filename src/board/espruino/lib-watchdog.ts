import type { Device } from "./device.js";
import type { Machine } from "./machine.js";

/**
 * E.enableWatchdog(seconds, automatic). In automatic mode the idle loop feeds it, so only a hang ends the run, and
 * that is `Machine`'s affair; otherwise the program must feed it itself in time.
 */
export function installWatchdog(machine: Machine, device: Device): void {
  const e = (machine.realm.global as { E: Record<string, unknown> }).E;
  let seconds = 0;
  let cancel = (): void => undefined;
  const feed = (): void => {
    cancel();
    if (seconds <= 0) return;
    cancel = device.clock.after(seconds * 1000, () =>
      machine.enter(() => machine.halt({ kind: "watchdog" })),
    );
  };
  machine.cleanup(() => cancel());
  e["enableWatchdog"] = machine.api((time: unknown, automatic: unknown) => {
    device.watchdogMs = Math.max(Number(time) || 1, 0) * 1000;
    const byProgram = automatic !== undefined && !automatic;
    seconds = byProgram ? device.watchdogMs / 1000 : 0;
    feed();
  });
  e["kickWatchdog"] = machine.api(feed);
}
