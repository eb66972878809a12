import { dialectOf } from "./auth.js";

/** First word of an invitation (ArduinoOTA: U_FLASH, U_FS) and of the answer to a challenge (U_AUTH). */
export const COMMAND_FLASH = 0;
export const COMMAND_FILESYSTEM = 100;
const COMMAND_AUTH = 200;

export interface Invitation {
  readonly command: number;
  /** TCP port on this computer. */
  readonly hostPort: number;
  /** Bytes. */
  readonly size: number;
  /** 32 lower-case hex digits. */
  readonly md5: string;
}

/**
 * The second line is for Sluice boards: the result may come at once, in whatever segment. Other boards read up to the
 * first line end and drop the rest, and older ones of ours read four words.
 */
export function invitationText(what: Invitation): string {
  return `${what.command} ${what.hostPort} ${what.size} ${what.md5}\ngap=0\n`;
}

export function authText(cnonce: string, response: string): string {
  return `${COMMAND_AUTH} ${cnonce} ${response}\n`;
}

/** A board's datagram. */
export type Answer =
  | { readonly kind: "ok" }
  | { readonly kind: "challenge"; readonly nonce: string }
  | { readonly kind: "auth-failed" }
  | { readonly kind: "refused"; readonly reason: string }
  | { readonly kind: "unknown" };

export function parseAnswer(datagram: string): Answer {
  const text = datagram.trimEnd();
  if (text === "OK") return { kind: "ok" };
  if (text === "Authentication Failed") return { kind: "auth-failed" };
  if (text.startsWith("ERR:")) return { kind: "refused", reason: text.slice(4).trim() };
  const nonce = text.startsWith("AUTH ") ? text.slice(5).trim() : "";
  return dialectOf(nonce) === undefined ? { kind: "unknown" } : { kind: "challenge", nonce };
}

const unitSeconds: Readonly<Record<string, number>> = { d: 86_400, h: 3600, min: 60, s: 1 };

/** Seconds until the board's window opens, if its reason says so ("opens in 3 h 20 min; …"). */
export function opensIn(reason: string): number | undefined {
  const found = /\bopens in ((?:\d{1,3} (?:d|h|min|s) ?)+)/.exec(reason);
  if (!found) return undefined;
  const parts = [...found[1].matchAll(/(\d+) (d|h|min|s)/g)];
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (unitSeconds[unit] ?? 0), 0);
}

/** Seconds after which the board wants to be asked again, if its reason says so ("…, try again in 20 s"). */
export function retryAfter(reason: string): number | undefined {
  const found = /\btry again in (\d{1,6}) ?s/i.exec(reason);
  return found ? Number(found[1]) : undefined;
}
