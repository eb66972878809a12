import type { Device } from "./device.js";
import type { Machine } from "./machine.js";
import { type TextStyle, valueText } from "./value-text.js";

/** process, console, print and the calls that start the interpreter anew. */
export function installProcess(machine: Machine, device: Device, modules: readonly string[]): void {
  const { realm } = machine;
  const { board, espruino, version } = device;
  const env = realm.object({
    VERSION: version,
    GIT_COMMIT: "virtual",
    BOARD: espruino.builds[0],
    RAM: 0,
    FLASH: board.flashSize,
    ...(board.chip === "linux" && { SPIFLASH: board.flashSize }),
    STORAGE: espruino.storage.size,
    SERIAL: device.serial,
    CONSOLE: device.console,
    MODULES: modules.join(),
    EXPTR: 0,
  });
  const memory = machine.api((collect: unknown) => {
    const total = espruino.variables;
    const usage = Math.round(total / 10);
    const collected = collect === false ? {} : { gc: 0, gctime: 1 };
    return realm.object({
      free: total - usage,
      usage,
      total,
      history: 0,
      ...collected,
      blocksize: 14,
      rx: 0,
      tx: 0,
    });
  });
  const process = realm.object({ env, memory, version });
  realm.define("process", process);
  machine.uncaught = (error) => machine.emitters.now(process, "uncaughtException", error);

  /** Only classes that are globals have a name. */
  const className = (value: object): string | undefined => {
    const made: unknown = Object.getPrototypeOf(value)?.constructor;
    const known = Object.getOwnPropertyDescriptors(realm.global);
    return made === realm.intrinsics.Object
      ? undefined
      : Object.keys(known).find((name) => known[name]?.value === made);
  };
  const printStyle: TextStyle = { print: true, className };
  const print = machine.api((...parts: unknown[]) =>
    machine.print(
      parts.map((part) => (typeof part === "string" ? part : valueText(part, printStyle))).join(" "),
    ),
  );
  realm.define("print", print);
  realm.define(
    "console",
    realm.object({
      log: print,
      debug: print,
      info: print,
      warn: print,
      error: print,
      trace: machine.api(() => undefined),
    }),
  );
  for (const name of ["trace", "echo", "setBusyIndicator", "setSleepIndicator"])
    realm.define(
      name,
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
