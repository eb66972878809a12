import { binaryText, toBytes } from "./bytes.js";
import type { Device } from "./device.js";
import type { Machine } from "./machine.js";

/** require("Storage") (src/jswrap_storage.c), without StorageFile (`open`), which our firmware has no use for. */
export function storageLibrary(machine: Machine, device: Device): unknown {
  const { realm } = machine;
  const { storage } = device;
  const text = (name: unknown, offset?: unknown, length?: unknown): string | undefined => {
    const bytes = storage.read(String(name), Number(offset ?? 0) | 0, Number(length ?? 0) | 0);
    return bytes && binaryText(bytes);
  };
  const parse = realm.evaluate("JSON.parse", "Storage") as (json: string) => unknown;
  const isPlain = (data: unknown): boolean =>
    typeof data === "object" && data !== null && !Array.isArray(data) && toBytes(data).length === 0;
  return realm.object({
    read: machine.api(text),
    readArrayBuffer: machine.api((name: unknown) => {
      const bytes = storage.read(String(name));
      return bytes && realm.buffer(bytes);
    }),
    readJSON: machine.api((name: unknown, quiet: unknown) => {
      const json = text(name);
      if (json === undefined) return undefined;
      try {
        return parse(json);
      } catch (error) {
        if (quiet) return undefined;
        throw error;
      }
    }),
    write: machine.api((name: unknown, data: unknown, offset: unknown, size: unknown) => {
      if (isPlain(data)) return storage.write(String(name), toBytes(JSON.stringify(data)));
      return storage.write(String(name), toBytes(data), Number(offset ?? 0) | 0, Number(size ?? 0) | 0);
    }),
    writeJSON: machine.api((name: unknown, data: unknown) =>
      storage.write(String(name), toBytes(JSON.stringify(data))),
    ),
    list: machine.api((pattern: unknown) => {
      const matches = pattern as { test(name: string): boolean } | undefined;
      return realm.array(storage.list().filter((name) => !matches || matches.test(name)));
    }),
    erase: machine.api((name: unknown) => {
      storage.erase(String(name));
    }),
    eraseAll: machine.api(() => storage.eraseAll()),
    compact: machine.api(() => {
      storage.compact();
    }),
    getFree: machine.api(() => storage.free()),
    getStats: machine.api(() => realm.object({ ...storage.stats() })),
  });
}
