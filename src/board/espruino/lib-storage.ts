import { crc32 } from "node:zlib";
import { programAligned } from "../storage.js";
import { storageFlags } from "../storage-walk.js";
import type { Host } from "./device.js";
import { readJson } from "./json.js";
import { jsonStyle, valueText, writeJsonStyle } from "./value-text.js";
import { binaryText, isArrayBuffer, textBytes, toBytes } from "./values.js";

/** require("Storage") (src/jswrap_storage.c). */
export function storageLibrary(host: Host): unknown {
  const { machine, realm } = host;
  const { storage } = host.device;
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
    for (const { address, name, flags } of storage.list()) {
      const grows = flags === storageFlags.storageFile;
      if ((only !== undefined && only !== grows) || (grows && !name.endsWith("\x01"))) continue;
      const shown = only ? name.slice(0, -1) : name;
      if (pattern === undefined || shown.match(pattern as RegExp)) found.push({ address, name: shown });
    }
    return found;
  };
  return machine.object({
    read: text,
    readArrayBuffer: (name: unknown) => {
      const bytes = storage.read(String(name));
      return bytes && realm.buffer(bytes);
    },
    readJSON: (name: unknown, quiet: unknown) => {
      const json = text(name);
      if (json === undefined) return undefined;
      try {
        return readJson(realm, json, true);
      } catch (error) {
        if (quiet) return undefined;
        throw error;
      }
    },
    write: (name: unknown, data: unknown, offset: unknown, size: unknown) => {
      if (isPlain(data)) return storage.write(String(name), textBytes(valueText(data, jsonStyle)));
      if (data === undefined) throw realm.error("Error", "Can't get pointer to data to write");
      return storage.write(String(name), toBytes(data), Number(offset ?? 0) | 0, Number(size ?? 0) | 0);
    },
    writeJSON: (name: unknown, data: unknown) =>
      storage.write(String(name), textBytes(valueText(data, writeJsonStyle))),
    list: (pattern: unknown, filter: unknown) => {
      const sf =
        typeof filter === "object" && filter !== null && "sf" in filter ? Boolean(filter.sf) : undefined;
      return realm.array(files(pattern, sf).map(({ name }) => name));
    },
    /** Of names and places, not of what is in the files. */
    hash: (pattern: unknown) =>
      files(pattern, false).reduce(
        (hash, { address, name }) => ((hash << 1) | (hash >>> 31)) ^ address ^ crc32(textBytes(name)),
        0xabcddcba | 0,
      ),
    open: storageFileClass(host),
    erase: (name: unknown) => {
      storage.erase(String(name));
    },
    eraseAll: () => storage.eraseAll(),
    compact: () => {
      storage.compact();
    },
    optimise: () => undefined,
    getFree: () => storage.stats().freeBytes,
    getStats: () => realm.object({ ...storage.stats() }),
  });
}

const nameMax = 28;
const lastChunk = 255;

/** As the program sees it; `mode` is the code of r, w or a, and 0 when the file is erased or could not grow. */
type FileObject = { readonly name: string; chunk: number; offset: number; mode: number };

/**
 * Storage.open (src/jswrap_storage.c): a file that grows, kept in chunks "name\1", "name\2" ... of Storage. Its end is
 * the first erased byte, so it cannot hold "\xff".
 */
function storageFileClass({ machine, realm, device }: Host): (...args: unknown[]) => object {
  const { storage, flash } = device;
  const { size } = device.espruino.storage;
  const chunkSize = (size < 1_000_000 ? Math.min(flash.blockLength, 4096) : flash.blockLength * 10) - 32;

  const chunkName = (file: FileObject, chunk = file.chunk) =>
    file.name.slice(0, nameMax - 1) + String.fromCharCode(chunk);
  const bytesOf = (file: FileObject) => storage.read(chunkName(file));
  const usedOf = (bytes: Uint8Array): number => (bytes.indexOf(0xff) + bytes.length + 1) % (bytes.length + 1);
  /** Goes to where the file ends. @returns its length */
  const seekEnd = (file: FileObject): number => {
    let before = 0;
    for (file.chunk = 1; ; file.chunk++) {
      const bytes = bytesOf(file);
      file.offset = bytes ? usedOf(bytes) : 0;
      if (bytes === undefined || file.offset < bytes.length || file.chunk === lastChunk)
        return before + file.offset;
      before += bytes.length;
    }
  };
  const need = (file: FileObject, modes: string, verb: string): void => {
    if (file.mode === 0 || !modes.includes(String.fromCharCode(file.mode)))
      throw realm.error("Error", `Can't ${verb} in this mode`);
  };
  /** @param count of bytes, or undefined for a line */
  const read = (file: FileObject, count?: number): string | undefined => {
    need(file, "r", "read");
    let text = "";
    let bytes = bytesOf(file);
    while (bytes && text.length !== count && !(count === undefined && text.endsWith("\n"))) {
      if (file.offset < usedOf(bytes)) text += String.fromCharCode(bytes[file.offset++]);
      else if (file.offset < bytes.length || file.chunk === lastChunk) break;
      else {
        file.chunk++;
        file.offset = 0;
        bytes = bytesOf(file);
      }
    }
    return text || undefined;
  };
  const create = (file: FileObject, data: Uint8Array): void => {
    const { mode } = file;
    file.mode = 0; // for good, if the write throws
    storage.write(chunkName(file), data, 0, chunkSize, storageFlags.storageFile);
    Object.assign(file, { mode, offset: data.length });
  };
  const write = (file: FileObject, data: Uint8Array): void => {
    need(file, "wa", "write");
    if (data.length === 0) return;
    const place = storage.place(chunkName(file), file.offset);
    if (!place) {
      create(file, data);
      return;
    }
    programAligned(flash, place.address, data.subarray(0, place.length));
    file.offset += Math.min(data.length, place.length);
    if (data.length < place.length) return;
    if (file.chunk === lastChunk) throw realm.error("Error", "File too big!");
    file.chunk++;
    create(file, data.subarray(place.length));
  };
  const erase = (file: FileObject): void => {
    for (let chunk = 1; storage.erase(chunkName(file, chunk)); chunk++);
    Object.assign(file, { chunk: 1, offset: 0, mode: 0 });
  };

  const make = realm.evaluate("(function StorageFile() {})", "StorageFile") as unknown as {
    new (): object;
    prototype: object;
  };
  machine.methods<FileObject>(make.prototype, {
    read: (file, count) => read(file, Math.max(Number(count) | 0, 0)),
    readLine: (file) => read(file),
    write: (file, data) => write(file, textBytes(String(data))),
    erase,
    getLength: (file) => seekEnd({ ...file }),
  });
  realm.hide(make.prototype, "pipe", machine.pipe);
  realm.define("StorageFile", make);

  return (name, mode) => {
    if (mode !== "r" && mode !== "w" && mode !== "a")
      throw realm.error("Error", `Invalid mode ${mode === undefined ? "undefined" : JSON.stringify(mode)}`);
    const state = { name: String(name).slice(0, nameMax), chunk: 1, offset: 0, mode: 0 };
    const file = Object.assign(new make(), state) as FileObject;
    if (mode === "w") erase(file);
    if (mode === "a") seekEnd(file);
    file.mode = mode.charCodeAt(0);
    return file;
  };
}
