import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { vi } from "vitest";
import { Fleet } from "../../../src/server/db/fleet.js";
import type { Database } from "../../../src/server/db/schema.js";
import type { ServerEvent } from "../../../src/server/events.js";
import { UpdateServer, type UpdateServerOptions } from "../../../src/server/update-server.js";
import { passwordHash, type ServerSecrets, secretHash } from "../../../src/server/wire/credentials.js";
import { databases } from "./databases.js";

export const open: ServerSecrets = { open: true, user: undefined, passwordHash: undefined, tokenHashes: [] };
export const sharedToken = "a-token-for-everyone";
export const guarded: ServerSecrets = {
  open: false,
  user: "gardener",
  passwordHash: passwordHash("rosebush"),
  tokenHashes: [secretHash(sharedToken)],
};

/** 2026-06-01 12:00 UTC. */
export const noon = Date.UTC(2026, 5, 1, 12);
export const noonText = "Mon, 01 Jun 2026 12:00:00 GMT";

export type Rig = Awaited<ReturnType<typeof startRig>>;

/** A server with an empty folder at a free port; its clock stands at noon until it is moved. */
export async function startRig(options: Partial<UpdateServerOptions> & { db?: Database } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "sluice-serve-"));
  const own = options.db === undefined ? await databases.at(-1)?.open() : undefined;
  const db = options.db ?? own?.db;
  if (db === undefined) throw new Error("no database");
  let now = noon;
  let stopped = false;
  const events: ServerEvent[] = [];
  const fleet = new Fleet(db, () => now);
  const server = new UpdateServer({
    folder,
    fleet,
    secrets: open,
    now: () => now,
    ...options,
    // The clock stands still: the folder is looked at for every request.
    patience: { folderMs: 0, ...options.patience },
    onEvent: (event) => void events.push(event),
  });
  const { port } = await server.listen(0, "127.0.0.1");
  return {
    server,
    fleet,
    port,
    folder,
    events,
    /** Resolves when there have been so many events of this name, with the last of them. */
    event: (name: ServerEvent["event"], count = 1): Promise<ServerEvent> =>
      vi.waitFor(
        () => {
          const last = events.filter(({ event }) => event === name)[count - 1];
          if (last === undefined) throw new Error(`no event ${name}`);
          return last;
        },
        { timeout: 20_000, interval: 5 },
      ),
    /** Writes a file into the folder. */
    put(file: string, data: Uint8Array | string): void {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), data);
    },
    /** Sends these bytes and reads until the server ends the connection. */
    raw: (request: string) => rawRequest(port, request),
    pass(ms: number): void {
      now += ms;
    },
    async stop(): Promise<void> {
      if (stopped) return;
      stopped = true;
      await server.close();
      await own?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Sends bytes over a bare socket; all that came back, once the server has ended the connection. */
export function rawRequest(port: number, request: string, localAddress?: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    const to = { port, host: "127.0.0.1", ...(localAddress === undefined ? {} : { localAddress }) };
    const socket = connect(to, () => socket.write(request, "latin1"));
    socket.setTimeout(20_000, () => socket.destroy(new Error("the server keeps the connection")));
    socket.on("data", (piece) => pieces.push(piece));
    socket.on("end", () => socket.end());
    socket.on("error", (error: NodeJS.ErrnoException) => {
      // What was sent before a reset counts; the server resets what it refuses to read.
      if (error.code !== "ECONNRESET" && error.code !== "EPIPE") reject(error);
    });
    socket.on("close", () => resolve(Buffer.concat(pieces)));
  });
}

/** Head (without the empty line) and body of an answer. */
export function split(answer: Buffer): {
  readonly head: string;
  readonly body: Buffer;
  readonly status: number;
} {
  const end = answer.indexOf("\r\n\r\n");
  const head = answer.subarray(0, end).toString("latin1");
  return { head, body: answer.subarray(end + 4), status: Number(head.split(" ")[1]) };
}

export interface Asking {
  readonly path?: string;
  readonly mac?: string;
  readonly version?: string;
  readonly md5?: string;
  readonly mode?: string;
  readonly freeSpace?: number;
  readonly extra?: readonly string[];
}

export const door = "18:FE:AA:0B:0C:0D";
export const blankMd5 = "0123456789abcdef0123456789abcdef";

/** What ESPhttpUpdate of the ESP8266 core sends, byte for byte, in its order. */
export function esp8266Request(asking: Asking = {}): string {
  const { path = "/update/door", mac = door, version, md5 = blankMd5, mode = "sketch", extra = [] } = asking;
  return lines(
    `GET ${path} HTTP/1.0`,
    "Host: 127.0.0.1:18090",
    "User-Agent: ESP8266-http-Update",
    "Connection: close",
    ...extra,
    "x-ESP8266-Chip-ID: 15602487",
    `x-ESP8266-STA-MAC: ${mac}`,
    `x-ESP8266-AP-MAC: 1A${mac.slice(2)}`,
    `x-ESP8266-free-space: ${asking.freeSpace ?? 2744320}`,
    "x-ESP8266-sketch-size: 400000",
    `x-ESP8266-sketch-md5: ${md5}`,
    "x-ESP8266-chip-size: 4194304",
    "x-ESP8266-sdk-version: 2.5.0",
    `x-ESP8266-mode: ${mode}`,
    ...(version === undefined ? [] : [`x-ESP8266-version: ${version}`]),
    "Content-Length: 0",
  );
}

/** HTTPUpdate of arduino-esp32. */
export function esp32Request(asking: Asking = {}): string {
  const {
    path = "/update/relay",
    mac = "24:6F:28:00:00:01",
    version,
    md5 = blankMd5,
    mode = "sketch",
    extra = [],
  } = asking;
  return lines(
    `GET ${path} HTTP/1.0`,
    "Host: 127.0.0.1:18090",
    "User-Agent: ESP32-http-Update",
    "Connection: close",
    "Cache-Control: no-cache",
    ...extra,
    `x-ESP32-BASE-MAC: ${mac}`,
    `x-ESP32-STA-MAC: ${mac}`,
    `x-ESP32-AP-MAC: ${mac}`,
    `x-ESP32-free-space: ${asking.freeSpace ?? 1310720}`,
    "x-ESP32-sketch-size: 900000",
    `x-ESP32-sketch-md5: ${md5}`,
    `x-ESP32-sketch-sha256: ${"AB".repeat(32)}`,
    "x-ESP32-chip-size: 4194304",
    "x-ESP32-sdk-version: v5.5",
    `x-ESP32-mode: ${mode}`,
    ...(version === undefined ? [] : [`x-ESP32-version: ${version}`]),
  );
}

/** Sluice's own client, for bundles. */
export function sluiceRequest(
  asking: Asking & { readonly app?: string; readonly board?: string } = {},
): string {
  const { path = "/update", mac = "30:AE:A4:00:00:07", version, mode = "app", extra = [] } = asking;
  return lines(
    `GET ${path} HTTP/1.1`,
    "Host: 127.0.0.1",
    "User-Agent: Sluice-http-Update/0.1.0",
    "Connection: close",
    ...extra,
    `x-Sluice-STA-MAC: ${mac}`,
    `x-Sluice-free-space: ${asking.freeSpace ?? 65536}`,
    `x-Sluice-mode: ${mode}`,
    `x-Sluice-app: ${asking.app ?? "garden"}`,
    `x-Sluice-board: ${asking.board ?? "esp32-devkit"}`,
    ...(version === undefined ? [] : [`x-Sluice-version: ${version}`]),
    ...(asking.md5 === undefined ? [] : [`x-Sluice-sketch-md5: ${asking.md5}`]),
  );
}

export function lines(...parts: readonly string[]): string {
  return `${parts.join("\r\n")}\r\n\r\n`;
}
