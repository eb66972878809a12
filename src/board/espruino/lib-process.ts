import type { Device } from "./device.js";
import type { Machine } from "./machine.js";

/** process, console, print and the calls that start the interpreter anew. */
export function installProcess(machine: Machine, device: Device): void {
  const { realm } = machine;
  const { board, espruino, version } = device;
  const env = realm.object({
    VERSION: version,
    GIT_COMMIT: "virtual",
    BOARD: espruino.builds[0],
    FLASH: board.flashSize,
    STORAGE: espruino.storage.size,
    SERIAL: device.serial,
    CONSOLE: "Serial1",
    MODULES: "Flash,Storage,net,dgram,http,crypto,Wifi",
    EXPTR: 0,
  });
  const memory = machine.api(() => {
    const total = espruino.variables;
    const usage = Math.round(total / 10);
    return realm.object({ free: total - usage, usage, total, history: 0, gc: 0, gctime: 1, blocksize: 14 });
  });
  const process = realm.object({ env, memory, version });
  realm.define("process", process);
  machine.uncaught = (error) => machine.emitters.now(process, "uncaughtException", error);

  const print = machine.api((...parts: unknown[]) => machine.print(parts.map(shown).join(" ")));
  realm.define("print", print);
  realm.define("console", realm.object({ log: print, debug: print, info: print, warn: print, error: print }));
  realm.define(
    "trace",
    machine.api(() => undefined),
  );
  realm.define(
    "getSerial",
    machine.api(() => device.serial),
  );
  // Both wait for the idle loop on the board, and what stands behind them in the same run still executes.
  const later = (how: () => void) => machine.api(() => machine.soon(how));
  const e = (realm.global as { E: object }).E;
  realm.define(
    "load",
    machine.api((file: unknown) =>
      machine.soon(() => {
        machine.emitters.now(e, "kill");
        machine.halt(file === undefined ? { kind: "load" } : { kind: "load", file: String(file) });
      }),
    ),
  );
  realm.define(
    "reset",
    later(() => {
      machine.emitters.now(e, "kill");
      machine.halt({ kind: "reset" });
    }),
  );
}

/** How print shows a value: text as it is, the rest much like JSON. */
function shown(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null) {
    return "stack" in value ? String(value) : (JSON.stringify(value) ?? String(value));
  }
  return String(value);
}
