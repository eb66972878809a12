import { decimal, isHex } from "../text.js";

/**
 * The uploader's datagrams, ASCII, as esp8266/Arduino tools/espota.py sends them:
 *   "<command> <host TCP port> <size> <md5>\n"   the invitation
 *   "200 <cnonce> <response>\n"                  the answer to AUTH
 * Sluice's uploader adds a second line of words: "gap=0" reads answers as they come, so that it needs neither a silence
 * before the result nor a number for each piece (ack-pacer.ts), and what is not known here is passed over. The originals read up to the first line end and drop the rest of the datagram.
 */
export const enum Command {
  Flash = 0,
  Filesystem = 100,
  Auth = 200,
}

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
}

export interface AuthResponse {
  readonly cnonce: string;
  readonly response: string;
}

/** The words of a line, however many blanks, with or without its end. */
export function words(line: string): string[] {
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
  const parts = words(line);
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
  };
}

/** Lengths of 32 (MD5) and 64 (SHA-256) digits are told apart by who asked. */
export function parseAuthResponse(line: string): AuthResponse | undefined {
  const parts = words(line);
  if (parts.length < 3 || decimal(parts[0]) !== Command.Auth) return undefined;
  const length = parts[1].length;
  if (length !== 32 && length !== 64) return undefined;
  if (!isHex(parts[1], length) || !isHex(parts[2], length)) return undefined;
  return { cnonce: parts[1], response: parts[2].toLowerCase() };
}
