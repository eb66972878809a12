import { binaryText, toBytes } from "./bytes.js";
import { crc32 } from "./crc32.js";
import type { Device } from "./device.js";
import { flashBus } from "./flash-bus.js";
import { installNative } from "./lib-native.js";
import type { Machine } from "./machine.js";

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
  method("toArrayBuffer", (text) => realm.buffer(toBytes(text)));
  method("toJS", (value) => JSON.stringify(value));
  method("sum", (data) => toBytes(data).reduce((sum, byte) => sum + byte, 0));
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
  method("memoryArea", (address, length) => {
    const at = device.board.chip === "esp8266" ? Number(address) - 0x40200000 : Number(address);
    return binaryText(flashBus(machine, device).read(at, Number(length)));
  });
  method("getErrorFlags", () => realm.array([]));
  method("getFlags", () => realm.object({}));
  method("setFlags", () => undefined);
  method("getTemperature", () => 25);
  method("getSizeOf", () => 1);
  method("defrag", () => undefined);
  method("setBootCode", (code, always) => {
    const { storage } = device;
    storage.erase(".bootcde");
    storage.erase(".bootrst");
    if (typeof code === "string" && code.length > 0)
      storage.write(always ? ".bootrst" : ".bootcde", toBytes(code));
  });
  if (device.board.chip === "linux") method("openFile", (path) => openFile(machine, String(path)));
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
    machine.api(() => machine.halt({ kind: "quit" })),
  );
}

/** On Linux only, and only what has a place there: the system's random numbers. */
function openFile(machine: Machine, path: string): unknown {
  if (path !== "/dev/urandom") throw machine.realm.error("Error", `Unable to open file ${path}`);
  return machine.realm.object({
    read: machine.api((length: unknown) =>
      binaryText(crypto.getRandomValues(new Uint8Array(Number(length)))),
    ),
    close: machine.api(() => undefined),
  });
}
