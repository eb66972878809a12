import { crc32 } from "node:zlib";
import type { Host } from "./device.js";
import { lacking } from "./lacking.js";
import { memoryMethods } from "./lib-memory.js";
import type { Machine } from "./machine.js";
import { toJsStyle, valueText } from "./value-text.js";
import { binaryText, toBytes } from "./values.js";

const flagNames = "deepSleep unsafeFlash unsyncFiles pretokenise jitDebug onErrorSave onErrorFlash".split(
  " ",
);

/** The global E: Espruino's odds and ends (src/jswrap_espruino.c), as far as firmware like ours uses them. */
export function installE(host: Host): void {
  const { machine, realm, device } = host;
  const { storage } = device;
  const flags = realm.object(Object.fromEntries(flagNames.map((name) => [name, 0])));
  // Seeded with constants on ESP chips: the same numbers at every start (src/jsutils.c), which is no source of nonces.
  let seed = 0xdeadbeef;
  const end = (kind: "reboot" | "quit") => (): void => {
    machine.emitters.now(e, "kill");
    machine.halt({ kind });
  };
  const e = machine.object({
    reboot: end("reboot"),
    CRC32: (data: unknown) => crc32(toBytes(data)),
    toString: (...data: unknown[]) => binaryText(toBytes(data)),
    toUint8Array: (...data: unknown[]) => realm.bytes(toBytes(data)),
    toArrayBuffer: (text: unknown) => (typeof text === "string" ? realm.buffer(toBytes(text)) : undefined),
    toFlatString: (...data: unknown[]) => binaryText(toBytes(data)),
    toJS: (value: unknown) => valueText(value, toJsStyle),
    sum: (data: unknown) => toBytes(data).reduce((sum, byte) => sum + byte, 0),
    reverseByte: (value: unknown) => {
      const bits = (Number(value) & 0xff).toString(2).padStart(8, "0");
      return Number.parseInt([...bits].reverse().join(""), 2);
    },
    lookupNoCase: (holder: unknown, name: unknown, wantsName: unknown) => {
      const wanted = String(name).toLowerCase();
      const found = Object.keys(Object(holder)).find((key) => key.toLowerCase() === wanted);
      return wantsName || found === undefined ? found : (holder as Record<string, unknown>)[found];
    },
    stopEventPropagation: () => machine.stopEvent(),
    clip: (value: unknown, low: unknown, high: unknown) =>
      Math.min(Math.max(Number(value), Number(low)), Number(high)),
    hwRand: () => {
      seed = (Math.imul(seed, 1103515245) + 12345) | 0;
      return seed;
    },
    srand: (value: unknown) => {
      seed = Number(value) | 0;
    },
    ...memoryMethods(host),
    memoryArea: (address: unknown, length: unknown) =>
      binaryText(device.flash.read(Number(address), Number(length))),
    // the virtual board runs out of nothing: flags are raised from outside (VirtualBoard.errorFlag)
    getErrorFlags: () => realm.array(device.errorFlags.splice(0)),
    getFlags: () => realm.object(flags),
    setFlags: (given: unknown) => {
      for (const [name, value] of Object.entries(Object(given)))
        if (name in flags) flags[name] = Number(value);
    },
    getConsole: () => device.console,
    setClock: () => 0,
    getTemperature: () => 25,
    defrag: () => undefined,
    setBootCode: (code: unknown, always: unknown) => {
      storage.erase(".bootcde");
      storage.erase(".bootrst");
      if (typeof code === "string" && code.length > 0)
        storage.write(always ? ".bootrst" : ".bootcde", toBytes(code));
    },
    ...(device.board.chip === "linux" && {
      openFile: (path: unknown, mode: unknown) => openFile(machine, String(path), String(mode ?? "r")),
    }),
  });
  realm.define("E", e);
  machine.globals({
    atob: (text) => Buffer.from(String(text), "base64").toString("latin1"),
    btoa: (data) => Buffer.from(toBytes(data)).toString("base64"),
    quit: end("quit"),
  });
}

/** On Linux only, and only the system's random numbers. */
function openFile(machine: Machine, path: string, mode: string): unknown {
  if (mode !== "r") throw machine.realm.error("Error", lacking("E.openFile"));
  if (path !== "/dev/urandom") throw machine.realm.error("Error", "Could not open file : UNKNOWN");
  return machine.object({
    read: (length: unknown) => binaryText(crypto.getRandomValues(new Uint8Array(Number(length)))),
    close: () => undefined,
  });
}
