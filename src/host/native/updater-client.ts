import { connect } from "node:net";
import type { Clock } from "../clock.js";
import { UploadError } from "../espota/upload-error.js";

/** Espruino's native updater on an ESP8266 (libs/network/esp8266/ota.c): three routes, no password, one client. */
export interface UpdaterAddress {
  readonly host: string;
  /** 88 on every chip. */
  readonly port: number;
  readonly clock: Clock;
  readonly signal?: AbortSignal | undefined;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** ms without a byte either way; the updater itself lets a client go after 30 s. */
const patienceMs = 30_000;
/** Bytes handed to the system at a time: whole chunks of the updater's. */
const pieceLength = 4096;
const longestAnswer = 4096;

/**
 * The slot that does not run: 1 or 2.
 * @throws UploadError NATIVE_UPDATER_SILENT, NATIVE_UPDATER_REFUSED
 */
export async function nextSlot(address: UpdaterAddress): Promise<1 | 2> {
  const { status, text } = await request(address, "GET /flash/next");
  const found = status === 200 ? /^user([12])\.bin$/.exec(text) : null;
  if (found === null) throw refused(`GET /flash/next is answered ${status} ${text.slice(0, 80)}`);
  return found[1] === "1" ? 1 : 2;
}

/** @param onProgress bytes of the image that the system has passed on */
export async function writeFirmware(
  address: UpdaterAddress,
  image: Uint8Array,
  onProgress: (sent: number) => void,
): Promise<void> {
  const { status, text } = await request(address, "POST /flash/upload", image, onProgress);
  if (status !== 200) throw refused(text === "" ? `answered ${status}` : text);
}

/** The other slot's image starts two seconds later; the updater looks at its first bytes once more. */
export async function restartIntoNext(address: UpdaterAddress): Promise<void> {
  const { status, text } = await request(address, "POST /flash/reboot", new Uint8Array(0));
  if (status !== 200) throw refused(text === "" ? `answered ${status}` : text);
}

/**
 * The updater writes to flash what a TCP segment leaves over at the image's end, and loses it where that does not begin
 * at a whole word. So the head is made a multiple of four bytes: then segments end at whole words, too.
 */
export function requestHead(line: string, host: string, length: number | undefined): string {
  const fields = [`${line} HTTP/1.1`, `Host: ${host}`, "Connection: close"];
  if (length !== undefined) fields.push(`Content-Length: ${length}`);
  const open = `${fields.join("\r\n")}\r\nX-Fill: `;
  const fill = "-".repeat(4 - (open.length % 4));
  return `${open}${fill}\r\n\r\n`;
}

function request(
  address: UpdaterAddress,
  line: string,
  body?: Uint8Array,
  onProgress: (sent: number) => void = () => undefined,
): Promise<Answer> {
  const { host, port, clock, signal } = address;
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, family: 4 });
    let heard = "";
    let sent = 0;
    let cancel: () => void = () => undefined;
    const end = (act: () => void): void => {
      cancel();
      signal?.removeEventListener("abort", aborted);
      socket.removeAllListeners();
      socket.on("error", () => undefined);
      socket.destroy();
      act();
    };
    const silent = (why: string) => end(() => reject(notThere(`${line} at ${host}:${port}: ${why}.`)));
    const aborted = () =>
      end(() => reject(new UploadError("upload", "UPLOAD_CANCELLED", "The upload was cancelled.")));
    const wait = (): void => {
      cancel();
      cancel = clock.after(patienceMs, () => silent(`nothing for ${patienceMs / 1000} s`));
    };
    const push = (): void => {
      if (body === undefined || sent >= body.length) return;
      const from = sent;
      sent = Math.min(from + pieceLength, body.length);
      socket.write(body.subarray(from, sent), (error) => {
        if (error) return;
        wait();
        onProgress(sent);
        push();
      });
    };
    wait();
    signal?.addEventListener("abort", aborted);
    if (signal?.aborted) return aborted();
    socket.setNoDelay(true);
    socket.setEncoding("latin1");
    socket.once("connect", () => {
      wait();
      socket.write(requestHead(line, host, body?.length), "latin1", push);
    });
    socket.on("data", (text) => {
      heard += String(text);
      const answer = parseAnswer(heard);
      if (answer !== undefined) end(() => resolve(answer));
      else if (heard.length > longestAnswer) silent("an answer without end");
    });
    socket.on("end", () => silent("it closed the connection"));
    socket.on("error", (error) => silent(error.message));
    socket.on("close", () => silent("the connection is gone"));
  });
}

/** Undefined until all of it has come. */
function parseAnswer(heard: string): Answer | undefined {
  const end = heard.indexOf("\r\n\r\n");
  if (end < 0) return undefined;
  const status = /^HTTP\/1\.[01] (\d{3})/.exec(heard);
  const length = /\r\nContent-Length: *(\d{1,6})\r\n/i.exec(heard.slice(0, end + 2));
  const text = heard.slice(end + 4);
  if (status === null || length === null) return { status: 0, text: heard.slice(0, 80) };
  return text.length < Number(length[1])
    ? undefined
    : { status: Number(status[1]), text: text.slice(0, Number(length[1])) };
}

function notThere(detail: string): UploadError {
  return new UploadError("upload", "NATIVE_UPDATER_SILENT", detail);
}

function refused(detail: string): UploadError {
  return new UploadError("upload", "NATIVE_UPDATER_REFUSED", `Espruino's updater: ${detail}.`, detail);
}
