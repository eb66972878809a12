/** The part of Espruino's API that Sluice's device code uses. Espruino's own reference: espruino.com/Reference. */

/** A pin; on ESP chips D0..D39 are globals, and `new Pin(12)` makes one from its number. */
declare class Pin {
  constructor(pin: number | string);
  write(level: boolean | number): void;
  read(): boolean;
  /** Returns the new level. */
  toggle(): boolean;
  mode(mode: PinMode): void;
}
type PinMode = "input" | "input_pullup" | "input_pulldown" | "output" | "opendrain" | "auto";

declare function pinMode(pin: Pin, mode?: PinMode): void;
declare function digitalWrite(pin: Pin, level: number | boolean): void;
declare function digitalRead(pin: Pin): number;
declare function setWatch(
  listener: (event: { state: boolean; time: number; lastTime: number }) => void,
  pin: Pin,
  options: { repeat: boolean; edge: "rising" | "falling" | "both"; debounce?: number },
): number;
declare function clearWatch(id: number): void;

declare function setTimeout(callback: () => void, ms: number): number;
declare function setTimeout<T>(callback: (value: T) => void, ms: number, value: T): number;
declare function setInterval(callback: () => void, ms: number, ...args: unknown[]): number;
declare function changeInterval(id: number, ms: number): void;
declare function clearTimeout(id: number): void;
declare function clearInterval(id: number): void;
/** Seconds since 1970, or since power-on while the clock is not set. */
declare function getTime(): number;
declare function setTime(seconds: number): void;
declare function peek32(address: number): number;
declare function print(...parts: unknown[]): void;
declare function load(): void;

declare namespace E {
  /** Sum of the elements, natively. */
  function sum(data: ArrayLike<number>): number;
  function on(event: string, listener: (...args: never[]) => void): void;
  function removeListener(event: string, listener: (...args: never[]) => void): void;
  function emit(event: string, ...args: unknown[]): void;
  function reboot(): void;
  function enableWatchdog(seconds: number, automatic?: boolean): void;
  function kickWatchdog(): void;
  let setBootCode: unknown;
  /** Reflected CRC-32 as a signed or unsigned number. */
  function CRC32(data: string | ArrayBuffer): number;
  function toArrayBuffer(text: string): ArrayBuffer;
  function toString(data: ArrayBuffer | ArrayLike<number>): string;
  /** Where the bytes of a value lie in memory; 0 when `flat` is wanted and they do not lie in one piece. */
  function getAddressOf(value: unknown, flat: boolean): number;
  function nativeCall(address: number, signature: "void(int,int,int)"): (...args: number[]) => void;
  function openFile(path: string, mode: string): { read(length: number): string; close(): void };
}

declare const process: {
  /** In variables; collects garbage first. */
  memory(): { free: number; usage: number };
  env: { BOARD: string; VERSION: string; SERIAL: string };
  on(event: "uncaughtException", listener: (error: unknown) => void): void;
};

interface EspruinoFlash {
  /** `address` must be an integer in the engine's sense: `x | 0`. */
  erasePage(address: number): void;
  write(data: string, address: number): void;
  read(length: number, address: number): Uint8Array;
}

interface EspruinoStorage {
  read(name: string, offset?: number, length?: number): string | undefined;
  write(name: string, data: unknown, offset?: number, size?: number): boolean | undefined;
  readJSON(name: string, noExceptions?: boolean): unknown;
  writeJSON(name: string, data: unknown): boolean | undefined;
  open(name: string, mode: "r" | "w" | "a"): EspruinoStorageFile;
  erase(name: string): void;
  eraseAll(): void;
  compact(): void;
  /** Bytes behind the last file. */
  getFree(): number;
  getStats(): { trashBytes: number };
}

/** A file that grows, in chunks that are files of their own. */
interface EspruinoStorageFile {
  /** Bytes of the chunk that is written that are in use. */
  readonly offset: number;
  write(this: EspruinoStorageFile, data: unknown): void;
  getLength(): number;
  erase(): void;
}

declare const StorageFile: { prototype: { write: EspruinoStorageFile["write"] } };

interface EspruinoUdpSocket {
  on(event: "message", listener: (message: string, from: { address: string; port: number }) => void): void;
  on(event: "error" | "close", listener: (error?: unknown) => void): void;
  bind(port: number, ready: (socket: EspruinoUdpSocket) => void): void;
  send(data: string, port: number, address: string): void;
  /** Before `bind` only: joins with the interface that has the address `ip`. */
  addMembership(group: string, ip: string): void;
  close(): void;
}

interface EspruinoTcpSocket {
  on(event: "data", listener: (data: string) => void): void;
  on(event: "close" | "drain" | "end", listener: (error?: unknown) => void): void;
  on(event: "error", listener: (error: { message?: string } | string) => void): void;
  write(data: string): boolean;
  end(data?: string): void;
}

interface EspruinoClientSocket extends EspruinoTcpSocket {
  removeAllListeners(): void;
}

interface EspruinoCrypto {
  SHA256(data: string | ArrayBuffer): ArrayBuffer;
  PBKDF2(
    password: string,
    salt: string,
    options: { keySize: number; iterations: number; hasher: "SHA256" },
  ): ArrayBuffer;
}

declare const Modules: {
  addCached(name: string, code: string | (() => void)): void;
  removeCached(name: string): void;
};

declare function require(name: "Flash"): EspruinoFlash;
declare function require(name: "Storage"): EspruinoStorage;
declare function require(name: "dgram"): {
  createSocket(type: "udp4" | { type: "udp4"; reuseAddr: boolean }): EspruinoUdpSocket;
};
declare function require(name: "net"): {
  connect(options: { host: string; port: number }, connected: () => void): EspruinoClientSocket;
  createServer(connected: (socket: EspruinoTcpSocket) => void): { listen(port: number): void };
};
declare function require(name: "http"): {
  createServer(
    handler: (
      request: import("./sluice.js").HttpRequest,
      response: import("./sluice.js").HttpResponse & { end(data: string): void },
    ) => void,
  ): { listen(port: number): void };
};
declare function require(name: "crypto"): EspruinoCrypto;
declare function require(name: "Wifi"): {
  /** "clear" erases what was saved. */
  save(what?: unknown): void;
  on(event: "connected", listener: (info: { ip: string }) => void): void;
  getIP(callback?: (error: unknown, info: { ip: string }) => void): {
    ip: string;
    netmask?: string;
    mac?: string;
  };
  setHostname(name: string): void;
};
declare function require(name: string): Record<string, unknown>;

/** Espruino's typed arrays take binary strings. */
interface Uint8Array {
  set(from: string, offset?: number): void;
}
