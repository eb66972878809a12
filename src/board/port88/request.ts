import { user1Start, userMapOf } from "../../core/flash/user-slots.js";
import type { NorFlash } from "../nor-flash.js";
import type { SdkUpgrade } from "./sdk-upgrade.js";

/** Bytes of the buffer that a request is gathered in, and of what is written at a time. */
const bufferLength = 512;
const chunkLength = 512;
const sectorLength = 4096;

export interface RequestHost {
  readonly flash: NorFlash;
  /** Flash map of the image that runs (src/core/flash/user-slots.ts). */
  readonly map: number;
  readonly upgrade: SdkUpgrade;
  /** Sends the response; the connection stays open until the client, or half a minute, ends it. */
  readonly respond: (text: string) => void;
  /** Ends the connection without a word. */
  readonly abort: () => void;
  /** The chip switches over and restarts in two seconds. */
  readonly scheduleReboot: () => void;
}

type Handler = (request: UpdaterRequest) => number;

/**
 * One request to Espruino's native updater, as libs/network/esp8266/ota.c treats it byte by byte: no password, a header
 * of 512 bytes at most, "Content-Length:" in this spelling only, flash written as the bytes come and never read back,
 * errors of the flash functions ignored.
 */
export class UpdaterRequest {
  readonly host: RequestHost;
  readonly buffer = new Uint8Array(bufferLength);
  fill = 0;
  /** Offset of the buffer in the body; -1 while the header is read. */
  offset = -1;
  length = 0;
  /** "POST /flash/upload", once it is known. */
  line = "";
  #handler: Handler | undefined;
  #closing = false;

  constructor(host: RequestHost) {
    this.host = host;
  }

  /** Bytes as one TCP segment brings them. @throws PowerCut out of a flash operation */
  receive(data: Uint8Array): void {
    if (this.#closing) return;
    let rest = data;
    let used = 0;
    do {
      if (this.fill === bufferLength) {
        this.host.abort();
        return;
      }
      const count = Math.min(bufferLength - this.fill, rest.length);
      this.buffer.set(rest.subarray(0, count), this.fill);
      this.fill += count;
      rest = rest.subarray(count);
      used = 0;
      if (this.offset < 0 && this.fill > 0) {
        used = this.#header();
        if (used > 0) {
          this.#shift(used);
          this.offset = 0;
          if (this.length === 0) {
            this.fill = 0;
            this.#handler?.(this);
            return;
          }
        }
      } else if (this.offset >= 0 && this.fill > 0 && this.#handler) {
        used = this.#handler(this);
        if (used > 0) {
          this.#shift(used);
          this.offset += used;
        }
      }
      if (used < 0) {
        this.#closing = true;
        return;
      }
    } while (rest.length > 0 || used > 0);
  }

  send(code: number, text: string): number {
    const status = code < 400 ? "OK" : "ERROR";
    this.host.respond(
      `HTTP/1.1 ${code} ${status}\r\nContent-Type: text/plain\r\nContent-Length: ${text.length}\r\n` +
        `Connection: close\r\nCache-Control: no-store, no-cache, must-revalidate\r\n\r\n${text}`,
    );
    return -1;
  }

  #shift(count: number): void {
    this.buffer.copyWithin(0, count, this.fill);
    this.fill -= count;
  }

  #header(): number {
    const text = Buffer.from(this.buffer.subarray(0, this.fill)).toString("latin1");
    const end = text.indexOf("\r\n\r\n");
    if (end < 0) return 0;
    const [line, ...fields] = text.slice(0, end).split("\r\n");
    const [verb, path] = line.split(" ");
    if (path === undefined) return this.send(400, "Invalid HTTP request");
    this.line = `${verb} ${path}`;
    const handler = handlers[this.line];
    if (handler === undefined) return this.send(404, "Not found");
    this.#handler = handler;
    const length = /Content-Length:\s*(-?\d+)/.exec(fields.join("\r\n"));
    if (length) this.length = Number(length[1]);
    return end + 4;
  }
}

const handlers: Readonly<Record<string, Handler>> = {
  "GET /flash/next": (request) => request.send(200, next(request) === 0 ? "user1.bin" : "user2.bin"),
  "POST /flash/upload": upload,
  "POST /flash/reboot": reboot,
};

/** 0 user1, 1 user2: the slot that does not run. */
function next({ host }: UpdaterRequest): 0 | 1 {
  return host.upgrade.userBin() === 0 ? 1 : 0;
}

function addressOf(request: UpdaterRequest): number {
  return next(request) === 0 ? user1Start : (userMapOf(request.host.map)?.user2 ?? 0);
}

function upload(request: UpdaterRequest): number {
  const { host, offset, length, buffer } = request;
  let wrong: string | undefined;
  if (length > (userMapOf(host.map)?.maxImage ?? 0)) wrong = "Firmware image too large";
  else if (length < chunkLength) wrong = "Firmware too small";
  if (request.fill < chunkLength && offset + chunkLength <= length) return 0;
  const count = Math.min(chunkLength, request.fill);
  if (wrong === undefined && offset === 0) wrong = headerFault(buffer, next(request));
  if (wrong !== undefined) return request.send(400, wrong);
  const address = addressOf(request) + offset;
  if (address % sectorLength === 0) host.flash.eraseBlockAt(address);
  // spi_flash_write takes whole words at whole words; what it does not take is lost, and nobody looks.
  if (address % 4 === 0) host.flash.program(address, buffer.slice(0, (count + 3) & ~3));
  if (offset + count === length) return request.send(200, "");
  return count;
}

function reboot(request: UpdaterRequest): number {
  const { host } = request;
  const wrong = headerFault(host.flash.read(addressOf(request), 32), next(request));
  if (wrong !== undefined) return request.send(400, wrong);
  request.send(200, "");
  host.upgrade.finish();
  host.scheduleReboot();
  return -1;
}

/** All that is ever judged of an image. @param which 0 for user1, 1 for user2: byte 3 of Espruino's builds */
function headerFault(head: Uint8Array, which: number): string | undefined {
  if (head[0] !== 0xea) return "IROM magic missing";
  if (head[1] !== 4 || head[2] > 3 || head[3] >> 4 > 6) return "bad flash header";
  if (head[3] < 3 && head[3] !== which) return "Wrong partition binary";
  if ((head[6] | (head[7] << 8)) !== 0x4010) return "Invalid entry addr";
  return (head[8] | head[9] | head[10] | head[11]) === 0 ? undefined : "Invalid start offset";
}
