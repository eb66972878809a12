import { crc32 } from "node:zlib";
import type { Device } from "./device.js";
import { lacking } from "./lacking.js";
import { flashBus } from "./lib-flash.js";
import { installNative } from "./lib-memory.js";
import type { Machine } from "./machine.js";
import { toJsStyle, valueText } from "./value-text.js";
import { binaryText, toBytes } from "./values.js";

const flagNames = "deepSleep unsafeFlash unsyncFiles pretokenise jitDebug onErrorSave onErrorFlash".split(
  " ",
);

/** The global E: Espruino's odds and ends (src/jswrap_espruino.c), as far as firmware like ours asks for them. */
export function installE(machine: Machine, device: Device): void {
  const { realm } = machine;
  const e: Record<string, unknown> = realm.object({});
  const method = (name: string, call: (...args: unknown[]) => unknown): void => {
    e[name] = machine.api(call);
  };
  method("reboot", () => {
    machine.emitters.now(e, "kill");
    machine.halt({ kind: "reboot" });
  });
  method("CRC32", (data) => crc32(toBytes(data)));
  method("toString", (...data) => binaryText(toBytes(data)));
  method("toUint8Array", (...data) => realm.bytes(toBytes(data)));
  method("toArrayBuffer", (text) => (typeof text === "string" ? realm.buffer(toBytes(text)) : undefined));
  method("toFlatString", (...data) => binaryText(toBytes(data)));
  method("toJS", (value) => valueText(value, toJsStyle));
  method("sum", (data) => toBytes(data).reduce((sum, byte) => sum + byte, 0));
  method("reverseByte", (value) => {
    const bits = (Number(value) & 0xff).toString(2).padStart(8, "0");
    return Number.parseInt([...bits].reverse().join(""), 2);
  });
  method("lookupNoCase", (holder, name, wantsName) => {
    const found = Object.keys(Object(holder)).find((key) => key.toLowerCase() === String(name).toLowerCase());
    return wantsName || found === undefined ? found : (holder as Record<string, unknown>)[found];
  });
  method("stopEventPropagation", () => machine.stopEvent());
  method("clip", (value, low, high) => Math.min(Math.max(Number(value), Number(low)), Number(high)));
  // Seeded with constants on ESP chips: the same numbers at every start (src/jsutils.c), which is no source of nonces.
  let seed = 0xdeadbeef;
  method("hwRand", () => {
    seed = (Math.imul(seed, 1103515245) + 12345) | 0;
    return seed;
  });
  method("srand", (value) => {
    seed = Number(value) | 0;
  });
  installNative(machine, device, e);
  method("memoryArea", (address, length) =>
    binaryText(flashBus(machine, device).read(Number(address), Number(length))),
  );
  // the virtual board runs out of nothing: flags are raised from outside (VirtualBoard.errorFlag)
  method("getErrorFlags", () => realm.array(device.errorFlags.splice(0)));
  const flags = realm.object(Object.fromEntries(flagNames.map((name) => [name, 0])));
  method("getFlags", () => realm.object({ ...flags }));
  method("setFlags", (given) => {
    for (const [name, value] of Object.entries(Object(given))) if (name in flags) flags[name] = Number(value);
  });
  method("getConsole", () => device.console);
  method("setClock", () => 0);
  method("getTemperature", () => 25);
  method("defrag", () => undefined);
  method("setBootCode", (code, always) => {
    const { storage } = device;
    storage.erase(".bootcde");
    storage.erase(".bootrst");
    if (typeof code === "string" && code.length > 0)
      storage.write(always ? ".bootrst" : ".bootcde", toBytes(code));
  });
  if (device.board.chip === "linux")
    method("openFile", (path, mode) => openFile(machine, String(path), String(mode ?? "r")));
  realm.define("E", e);
  realm.define(
    "atob",
    machine.api((text: unknown) => Buffer.from(String(text), "base64").toString("latin1")),
  );
  realm.define(
    "btoa",
    machine.api((data: unknown) => Buffer.from(toBytes(data)).toString("base64")),
  );
  realm.define(
    "quit",
    machine.api(() => {
      machine.emitters.now(e, "kill");
      machine.halt({ kind: "quit" });
    }),
  );
}

/** On Linux only, and only what has a place there: the system's random numbers. */
function openFile(machine: Machine, path: string, mode: string): unknown {
  if (mode !== "r") throw machine.realm.error("Error", lacking("E.openFile"));
  if (path !== "/dev/urandom") throw machine.realm.error("Error", "Could not open file : UNKNOWN");
  return machine.realm.object({
    read: machine.api((length: unknown) =>
      binaryText(crypto.getRandomValues(new Uint8Array(Number(length)))),
    ),
    close: machine.api(() => undefined),
  });
}
