/**
 * What device code uses of DeviceScript's own packages, for tsc; the DeviceScript compiler brings its own declarations,
 * which count.
 */

interface Function {
  /** Runs an async function as a fiber of its own. */
  start(...args: unknown[]): unknown;
}

declare const console: { log(...args: unknown[]): void };

interface Buffer {
  readonly length: number;
  [index: number]: number;
  set(source: Buffer, offset?: number): void;
  slice(start: number, end?: number): Buffer;
  toString(encoding?: "utf8" | "hex"): string;
}

declare const Buffer: { from(data: string | Buffer): Buffer; alloc(size: number): Buffer };

declare module "@devicescript/core" {
  export class Role {
    constructor(name?: string);
    readonly isBound: boolean;
    /** Waits for ever when no server is bound. */
    sendCommand(command: number, payload?: unknown): Promise<void>;
  }
  export interface Register<T> {
    /** May be half a second old; waits for ever when no server is bound. */
    read(): Promise<T>;
    write(value: T): Promise<void>;
    subscribe(handler: (value: T) => Promise<void>): () => void;
  }
  export interface Event<T> {
    subscribe(handler: (value: T) => Promise<void>): () => void;
  }
  export class Relay extends Role {
    readonly enabled: Register<boolean>;
  }
  export class Switch extends Role {
    readonly reading: Register<boolean>;
  }
  export class CloudAdapter extends Role {
    readonly connected: Register<boolean>;
    readonly onJson: Event<[string, string]>;
    uploadJson(topic: string, json: string): Promise<void>;
  }
  /** Since the chip started, ms; changes at an await only. */
  export function millis(): number;
  export function sleep(ms: number): Promise<void>;
  export function restart(): never;
  export function _dcfgString(key: "devName" | "@name" | "@version"): string | undefined;

  export enum GPIOMode {
    Off = 0x00,
    OutputLow = 0x20,
    OutputHigh = 0x21,
    Input = 0x40,
    InputPullDown = 0x41,
    InputPullUp = 0x42,
  }
  /** Its methods come with `@devicescript/gpio`. */
  export interface IOPin {
    readonly value: number;
    write(level: number | boolean): void;
    setMode(mode: GPIOMode): void;
  }
  /** By the chip's number. */
  export function gpio(pin: number): IOPin;
}

declare module "@devicescript/gpio" {}

declare module "@devicescript/cloud" {
  export const cloud: import("@devicescript/core").CloudAdapter;
}

declare module "@devicescript/settings" {
  /** @param key 13 characters at most; the value is kept as JSON of 220 bytes at most */
  export function writeSetting(key: string, value: unknown): Promise<void>;
  export function readSetting<T>(key: string, missing?: T): Promise<T>;
}

declare module "@devicescript/crypto" {
  export function digest(algorithm: "sha256", ...data: Buffer[]): Buffer;
}

declare module "@devicescript/net" {
  export interface Socket {
    send(text: string): Promise<void>;
    /** A piece, undefined after `timeout` ms, null when the other side has closed. */
    recv(timeout: number): Promise<Buffer | undefined | null>;
    close(): Promise<void>;
  }
  export function connect(options: {
    readonly host: string;
    readonly port: number;
    readonly proto: "tcp" | "tls";
    readonly timeout: number;
  }): Promise<Socket>;
}
