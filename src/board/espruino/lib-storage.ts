import { fileFlags, isRealFile, plainName, storageFlags } from "../storage-walk.js";
import { binaryText, isArrayBuffer, textBytes, toBytes } from "./bytes.js";
import { crc32 } from "./crc32.js";
import type { Device } from "./device.js";
import { readJson } from "./lib-json.js";
import type { Machine } from "./machine.js";
import { storageFileClass } from "./storage-file.js";
import { jsonStyle, valueText, writeJsonStyle } from "./value-text.js";

/** require("Storage") (src/jswrap_storage.c). */
export function storageLibrary(machine: Machine, device: Device): unknown {
  const { realm } = machine;
  const { storage } = device;
  const text = (name: unknown, offset?: unknown, length?: unknown): string | undefined => {
    const bytes = storage.read(String(name), Number(offset ?? 0) | 0, Number(length ?? 0) | 0);
    return bytes && binaryText(bytes);
  };
  const isPlain = (data: unknown): boolean =>
    typeof data === "object" &&
    data !== null &&
    !Array.isArray(data) &&
    !ArrayBuffer.isView(data) &&
    !isArrayBuffer(data);
  /** @param only undefined: of StorageFiles the first chunk, under its own name */
  const files = (pattern: unknown, only?: boolean): { readonly address: number; readonly name: string }[] => {
    const found: { address: number; name: string }[] = [];
    for (const [address, header] of storage.walk.files()) {
      const grows = fileFlags(header) === storageFlags.storageFile;
      const name = plainName(header.name);
      if (!isRealFile(header) || (only !== undefined && only !== grows) || (grows && !name.endsWith("\x01")))
        continue;
      const shown = only ? name.slice(0, -1) : name;
      if (pattern === undefined || shown.match(pattern as RegExp)) found.push({ address, name: shown });
    }
    return found;
  };
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
        return readJson(machine, json, true);
      } catch (error) {
        if (quiet) return undefined;
        throw error;
      }
    }),
    write: machine.api((name: unknown, data: unknown, offset: unknown, size: unknown) => {
      if (isPlain(data)) return storage.write(String(name), textBytes(valueText(data, jsonStyle)));
      if (data === undefined) throw realm.error("Error", "Can't get pointer to data to write");
      return storage.write(String(name), toBytes(data), Number(offset ?? 0) | 0, Number(size ?? 0) | 0);
    }),
    writeJSON: machine.api((name: unknown, data: unknown) =>
      storage.write(String(name), textBytes(valueText(data, writeJsonStyle))),
    ),
    list: machine.api((pattern: unknown, filter: unknown) => {
      const sf =
        typeof filter === "object" && filter !== null && "sf" in filter ? Boolean(filter.sf) : undefined;
      return realm.array(files(pattern, sf).map(({ name }) => name));
    }),
    /** Of names and places, not of what is in the files. */
    hash: machine.api((pattern: unknown) =>
      files(pattern, false).reduce(
        (hash, { address, name }) => ((hash << 1) | (hash >>> 31)) ^ address ^ crc32(textBytes(name)),
        0xabcddcba | 0,
      ),
    ),
    open: machine.api(storageFileClass(machine, device)),
    erase: machine.api((name: unknown) => {
      storage.erase(String(name));
    }),
    eraseAll: machine.api(() => storage.eraseAll()),
    compact: machine.api(() => {
      storage.compact();
    }),
    optimise: machine.api(() => undefined),
    getFree: machine.api(() => storage.free()),
    getStats: machine.api(() => realm.object({ ...storage.stats() })),
  });
}
