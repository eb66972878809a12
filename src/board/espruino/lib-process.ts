import type { Host } from "./device.js";
import type { HaltKind } from "./machine.js";
import { type TextStyle, valueText } from "./value-text.js";

/** process, console, print and the calls that restart the interpreter. */
export function installProcess({ machine, realm, device }: Host, modules: readonly string[]): void {
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
  const memory = (collect: unknown): object => {
    const total = espruino.variables;
    const usage = Math.round(total / 10);
    const collected = collect === false ? {} : { gc: 0, gctime: 1 };
    const used = { free: total - usage, usage, total, history: 0 };
    return realm.object({ ...used, ...collected, blocksize: 14, rx: 0, tx: 0 });
  };
  const process = machine.object({ env, memory, version });
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
  const print = (...parts: unknown[]): void =>
    machine.print(
      parts.map((part) => (typeof part === "string" ? part : valueText(part, printStyle))).join(" "),
    );
  const nothing = (): undefined => undefined;
  realm.define(
    "console",
    machine.object({ log: print, debug: print, info: print, warn: print, error: print, trace: nothing }),
  );
  const { E } = realm.global as { E: object };
  // load and reset wait for the idle loop on the board, and the code behind them in the same run still executes.
  const restart = (how: HaltKind): void =>
    machine.enter(() => {
      machine.emitters.now(E, "kill");
      machine.halt(how);
    });
  machine.globals({
    print,
    trace: nothing,
    echo: nothing,
    setBusyIndicator: nothing,
    setSleepIndicator: nothing,
    getSerial: () => device.serial,
    load: (file) => restart({ kind: "load", file: file === undefined ? undefined : String(file) }),
    reset: () => restart({ kind: "reset" }),
  });
}
