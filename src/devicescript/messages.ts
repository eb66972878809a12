/**
 * The messages of gateway and program before and after an update, as JSON in WSSK's C2D and D2C messages.
 * Compiles under DeviceScript as well as tsc: the device subset, no imports.
 *
 *   gateway                                program
 *   prepare {id, bytes, from, waitMs}  ->
 *                                      <-  closing {id, reason, waitMs}     any number of times, at most one a second
 *                                      <-  ready {id}                       verified safe; the deploy may begin
 *                                      <-  refused {id, reason, retryMs}    also after ready, when a valve moved again
 *   resume {id}                        ->                                   no deploy came of it: go on
 *                                      <-  released {id}                    it goes on (also when it waited too long)
 *   report {}                          ->
 *                                      <-  hello {app, version, healthy, why?, boots, upMs}
 *
 * `prepare` may come twice with the same id: it is one question. `hello` is also sent unasked: when the connection comes up and when `healthy` changes. From `ready` on the program
 * holds its equipment safe for `holdMs`, then releases it. The deploy stops the program, so nothing ends a deploy that
 * has begun but the next program's `hello`.
 */

/** The topic of both directions. */
export const topic = "sluice";

/** Bytes of one message's JSON at most: WSSK takes 230 with type byte, topic and its NUL. */
export const jsonLimit = 222;

/** How long a program that sent `ready` stays safe without a deploy, ms. */
export const holdMs = 60000;

/** Characters at most. */
export const idLength = 8;
export const nameLength = 24;
export const fromLength = 48;
export const reasonLength = 96;
export const whyLength = 64;

export interface Prepare {
  readonly do: "prepare";
  /** Names this try; every answer carries it. */
  readonly id: string;
  /** Size of the program to come. */
  readonly bytes: number;
  /** Who sends it, for messages and logs. */
  readonly from: string;
  /** How long the gateway waits for `ready`, ms. */
  readonly waitMs: number;
}

/** C2D: from the gateway to the program. */
export type GatewayMessage =
  | Prepare
  | { readonly do: "resume"; readonly id: string }
  | { readonly do: "report" };

interface Closing {
  readonly say: "closing";
  readonly id: string;
  /** What is waited for. */
  readonly reason: string;
  /** How long it may still take at worst, ms. */
  readonly waitMs: number;
}

export interface Ready {
  readonly say: "ready";
  readonly id: string;
}

export interface Refused {
  readonly say: "refused";
  readonly id: string;
  readonly reason: string;
  /** When another try makes sense, ms from now; 0 when waiting does not help. */
  readonly retryMs: number;
}

export interface Hello {
  readonly say: "hello";
  readonly app: string;
  readonly version: string;
  readonly healthy: boolean;
  /** Why it is not healthy (yet); "" when it is. */
  readonly why: string;
  /** Starts of this program on this board, kept in its settings: a number that grew is a restart. */
  readonly boots: number;
  /** Since this start, ms. */
  readonly upMs: number;
}

/** D2C: from the program to the gateway. */
export type ProgramMessage =
  | Closing
  | Ready
  | Refused
  | { readonly say: "released"; readonly id: string }
  | Hello;

/**
 * At most `most` characters that take one byte each in JSON, so that the limits above hold: what is not printable ASCII
 * becomes `?`, a quote `'`, a backslash `/`.
 */
export function plainText(text: string, most: number): string {
  let plain = "";
  const length = text.length < most ? text.length : most;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    if (code === 34) plain += "'";
    else if (code === 92) plain += "/";
    else if (code < 32 || code > 126) plain += "?";
    else plain += text.charAt(i);
  }
  return plain;
}

type Fields = { readonly [Name in keyof Prepare | keyof Closing | keyof Refused | keyof Hello]?: unknown };

function textOf(value: unknown, most: number): string {
  return typeof value === "string" ? plainText(value, most) : "";
}

/** A whole number from 0 on that fits into 32 bits, else 0. */
function countOf(value: unknown): number {
  if (typeof value !== "number" || !(value >= 0 && value <= 4294967295)) return 0;
  return Math.floor(value);
}

/** Reads what JSON.parse made of a C2D message; undefined when it is none of ours. */
export function gatewayMessage(parsed: unknown): GatewayMessage | undefined {
  if (typeof parsed !== "object" || parsed === null) return undefined;
  const fields = parsed as Fields;
  const id = textOf(fields.id, idLength);
  if (fields.do === "report") return { do: "report" };
  if (id.length === 0) return undefined;
  if (fields.do === "resume") return { do: "resume", id: id };
  if (fields.do !== "prepare") return undefined;
  return {
    do: "prepare",
    id: id,
    bytes: countOf(fields.bytes),
    from: textOf(fields.from, fromLength),
    waitMs: countOf(fields.waitMs),
  };
}

/** Reads what JSON.parse made of a D2C message; undefined when it is none of ours. */
export function programMessage(parsed: unknown): ProgramMessage | undefined {
  if (typeof parsed !== "object" || parsed === null) return undefined;
  const fields = parsed as Fields;
  if (fields.say === "hello")
    return {
      say: "hello",
      app: textOf(fields.app, nameLength),
      version: textOf(fields.version, nameLength),
      healthy: fields.healthy === true,
      why: textOf(fields.why, whyLength),
      boots: countOf(fields.boots),
      upMs: countOf(fields.upMs),
    };
  const id = textOf(fields.id, idLength);
  if (id.length === 0) return undefined;
  const reason = textOf(fields.reason, reasonLength);
  if (fields.say === "closing")
    return { say: "closing", id: id, reason: reason, waitMs: countOf(fields.waitMs) };
  if (fields.say === "ready") return { say: "ready", id: id };
  if (fields.say === "refused")
    return { say: "refused", id: id, reason: reason, retryMs: countOf(fields.retryMs) };
  if (fields.say === "released") return { say: "released", id: id };
  return undefined;
}
