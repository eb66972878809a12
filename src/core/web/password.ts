import type { AttemptLimiter } from "../attempts.js";
import { type Fault, FaultNumber, fault } from "../errors.js";
import type { HandshakeEvent } from "../espota/handshake.js";
import { plainType, type WebReply } from "./reply.js";
import { webPeer } from "./steps.js";

/** What `password` needs of the board. */
export interface PasswordHost {
  /** No password is set. */
  readonly isOpen: boolean;
  readonly accepts: (user: string, password: string) => boolean;
  readonly limiter: AttemptLimiter;
  readonly notify: (event: HandshakeEvent) => void;
}

/** Base64 (RFC 4648 §4) to binary text; undefined when invalid. Padding may be missing. */
export function fromBase64(text: string): string | undefined {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  let length = text.length;
  while (length > 0 && text.length - length < 2 && text.charAt(length - 1) === "=") length--;
  if (length % 4 === 1) return undefined;
  let found = "";
  let bits = 0;
  let count = 0;
  for (let i = 0; i < length; i++) {
    const value = alphabet.indexOf(text.charAt(i));
    if (value < 0) return undefined;
    bits = ((bits & 0xff) << 6) | value;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    found += String.fromCharCode((bits >>> count) & 255);
  }
  return found;
}

/**
 * What stands behind `Authorization: Basic`, bytes as they came (RFC 7617: UTF-8); undefined when the header is missing or
 * invalid.
 */
export function parseBasic(header: string): { readonly user: string; readonly password: string } | undefined {
  if (header.slice(0, 6).toLowerCase() !== "basic ") return undefined;
  const text = fromBase64(header.slice(6).trim());
  if (text === undefined) return undefined;
  const colon = text.indexOf(":");
  if (colon < 0) return undefined;
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/**
 * Whether the password is right, every request anew.
 * @param credentials what came as Authorization
 * @returns why not
 */
export function password(
  host: PasswordHost,
  now: number,
  credentials: string,
  isPost: boolean,
): WebReply | Fault | undefined {
  if (host.isOpen) return undefined;
  const wait = host.limiter.waitMs(now, webPeer);
  if (wait > 0) {
    const seconds = Math.ceil(wait / 1000);
    const text = `wrong password too often, try again in ${seconds} s`;
    const why = fault(FaultNumber.TooManyAttempts, text);
    return { number: why.number, code: why.code, text: why.text, seconds: seconds };
  }
  const known = parseBasic(credentials);
  if (known !== undefined && host.accepts(known.user, known.password)) {
    if (!isPost) return undefined;
    host.limiter.succeeded(webPeer);
    host.notify({ event: "authenticated", from: webPeer });
    return undefined;
  }
  if (known !== undefined) {
    host.limiter.failed(now, webPeer);
    host.notify({ event: "auth-failed", from: webPeer });
  }
  const challenge = 'WWW-Authenticate: Basic realm="Login Required", charset="UTF-8"\r\n';
  return { status: 401, type: plainType, headers: challenge, body: "The password of this board, please.\n" };
}
