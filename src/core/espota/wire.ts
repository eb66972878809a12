import { decimal, isHex } from "../text.js";

/**
 * espota's datagrams, ASCII, as esp8266/Arduino's tools/espota.py and ArduinoOTA.cpp send them. The uploader's:
 *   "<command> <host TCP port> <size> <md5>\n"   the invitation
 *   "200 <cnonce> <response>\n"                  the answer to AUTH
 * Sluice's uploader adds lines, because the originals read up to the first line end and drop the rest of the datagram.
 * To the invitation a line of words, of which unknown ones are ignored: "gap=0" reads answers as they come, so that it
 * needs neither a silence before the result nor a number for each piece (ack-pacer.ts); "bound=1" binds its answer to the
 * image (bound.ts). To the answer, where the challenge wants it, the invitation once more. The board's:
 *   "AUTH <nonce>", "AUTH <nonce> bound", "OK", "Authentication Failed", "ERR: <why>\n"
 */
export const enum Command {
  Flash = 0,
  Filesystem = 100,
  Auth = 200,
}

/** What a board answers by UDP; "OK" also ends a transfer by TCP. */
export const enum EspotaReply {
  Ok = "OK",
  AuthFailed = "Authentication Failed",
  /** Before the nonce. */
  Auth = "AUTH ",
  /** After the nonce: the answer is to repeat the invitation. Only to who promised a bound answer. */
  Bound = " bound",
  /** Before the reason. */
  Error = "ERR: ",
}

/**
 * `md5`: esp8266's Digest-MD5, which all clients know; `pbkdf2`: arduino-esp32 from 3.3.1 on. The nonce has 32 hex
 * digits in the one and 64 in the other.
 */
export type AuthDialect = "md5" | "pbkdf2";

/** Iterations of arduino-esp32's espota.py (3.3.1 and newer). */
export const pbkdf2Iterations = 10000;

export interface Invitation {
  readonly command: number;
  /** TCP port on the host that the board connects back to. */
  readonly port: number;
  /** Bytes of the image. Zero is passed on, to be refused with the original's words. */
  readonly size: number;
  /** Of the image; 32 lower-case hex digits. */
  readonly md5: string;
  /** Whether the result must come apart from the last number, in a segment of its own; false: it is our own uploader. */
  readonly needsGap: boolean;
  /** Whether the answer to the challenge is bound to this image (bound.ts). */
  readonly bound?: boolean;
}

export interface AuthResponse {
  readonly cnonce: string;
  readonly response: string;
  /** What a bound answer is meant for. */
  readonly meant?: Invitation | undefined;
}

/** The words of a line, however many blanks, with or without its end. */
export function splitWords(line: string): string[] {
  const found: string[] = [];
  let word = "";
  for (let i = 0; i < line.length; i++) {
    const code = line.charCodeAt(i);
    if (code === 32 || code === 9 || code === 10 || code === 13) {
      if (word.length > 0) found[found.length] = word;
      word = "";
    } else {
      word += line.charAt(i);
    }
  }
  if (word.length > 0) found[found.length] = word;
  return found;
}

/** What the original would ignore is ignored here: the answer is undefined and nothing is sent. */
export function parseInvitation(line: string): Invitation | undefined {
  const parts = splitWords(line);
  if (parts.length < 4) return undefined;
  const command = decimal(parts[0]);
  if (command !== Command.Flash && command !== Command.Filesystem) return undefined;
  const port = decimal(parts[1]);
  if (port < 1 || port > 65535) return undefined;
  const size = decimal(parts[2]);
  if (size < 0) return undefined;
  if (!isHex(parts[3], 32)) return undefined;
  return {
    command: command,
    port: port,
    size: size,
    md5: parts[3].toLowerCase(),
    needsGap: parts.indexOf("gap=0") < 0,
    bound: parts.indexOf("bound=1") >= 0,
  };
}

/** Lengths of 32 (MD5) and 64 (SHA-256) digits are distinguished by who sent the challenge. */
export function parseAuthResponse(line: string): AuthResponse | undefined {
  const parts = splitWords(line);
  if (parts.length < 3 || decimal(parts[0]) !== Command.Auth) return undefined;
  const length = parts[1].length;
  if (length !== 32 && length !== 64) return undefined;
  if (!isHex(parts[1], length) || !isHex(parts[2], length)) return undefined;
  const meant = parseInvitation(parts.slice(3).join(" "));
  return {
    cnonce: parts[1],
    response: parts[2].toLowerCase(),
    meant: meant !== undefined && meant.bound === true ? meant : undefined,
  };
}

export function invitationText(what: Invitation): string {
  const words = (what.needsGap ? "" : "gap=0 ") + (what.bound === true ? "bound=1 " : "");
  return `${what.command} ${what.port} ${what.size} ${what.md5}\n${words === "" ? "" : `${words.trim()}\n`}`;
}

export function authText(what: AuthResponse): string {
  const meant = what.meant === undefined ? "" : invitationText(what.meant);
  return `${Command.Auth} ${what.cnonce} ${what.response}\n${meant}`;
}

/** A board's datagram, as the uploader reads it. */
export type BoardReply =
  | { readonly kind: "ok" | "auth-failed" | "refused" | "unknown" }
  | { readonly kind: "challenge"; readonly nonce: string; readonly bound: boolean };

export function parseReply(datagram: string): BoardReply {
  const line = splitWords(datagram).join(" ");
  if (line === EspotaReply.Ok) return { kind: "ok" };
  if (line === EspotaReply.AuthFailed) return { kind: "auth-failed" };
  if (line.indexOf("ERR:") === 0) return { kind: "refused" };
  const words = line.slice(EspotaReply.Auth.length).split(" ");
  const nonce = words[0];
  const isChallenge = line.indexOf(EspotaReply.Auth) === 0 && dialectOf(nonce) !== undefined;
  if (!isChallenge || words.length > 2) return { kind: "unknown" };
  return { kind: "challenge", nonce: nonce, bound: words[1] === "bound" };
}

/** Undefined where it is no nonce. */
export function dialectOf(nonce: string): AuthDialect | undefined {
  if (isHex(nonce, 32)) return "md5";
  return isHex(nonce, 64) ? "pbkdf2" : undefined;
}
