import { isDeviceId } from "../keys.js";

/** A program by what identifies it. */
export interface ProgramRef {
  /** 64 lower-case hex digits; what GET_HASH answers when the board has it. */
  readonly sha256: string;
  /** Bytes. */
  readonly size: number;
  /** Of the signature that was verified before the board was given it; undefined: there was none. */
  readonly release?: KnownRelease | undefined;
}

/** What the next release is compared with. */
export interface KnownRelease {
  readonly counter: number;
  /** Public key that is trusted while this one runs, lower-case hex; "": none. */
  readonly nextKey: string;
}

export interface Reason {
  readonly code: string;
  readonly text: string;
}

/**
 * An update that has touched the board. Kept in the state folder from before the first byte until either the new program
 * has proved itself or the previous one is back, so that neither a power cut nor an end of the gateway leaves it open.
 */
export interface UnfinishedUpdate {
  readonly wanted: ProgramRef;
  /** What ran before, if the gateway has it. */
  readonly previous?: ProgramRef | undefined;
  /** `write`: the slot may hold anything. `trial`: the new program is verified. `return`: it was given up. */
  readonly stage: "write" | "trial" | "return";
  /** How often writing was begun, in this stage. */
  readonly writes: number;
  /** How often the program on trial crashed, as the board reported. */
  readonly crashes: number;
  /** How often its trial was begun: after each loss of the connection again. */
  readonly starts: number;
  /** Why it was given up; undefined unless `return`. */
  readonly reason?: Reason | undefined;
}

/** What the gateway keeps of a board, besides its key. */
export interface BoardState {
  /** The program that proved itself last. */
  readonly good?: ProgramRef | undefined;
  readonly task?: UnfinishedUpdate | undefined;
}

/** A board as the state folder keeps it: `boards/ID.json`. */
export interface StoredBoard {
  /** Jacdac's device id, 16 hex digits. */
  readonly id: string;
  /** What its operator calls it. */
  readonly name: string;
  readonly key: Uint8Array;
  /** While the key is being changed: what the board has from its next connection on. */
  readonly nextKey?: Uint8Array | undefined;
  /** `ws://HOST[:PORT]` as it was given to the board; undefined when the board came by itself with the common password. */
  readonly gateway?: string | undefined;
  readonly state: BoardState;
}

const format = 1;

export function boardText(board: StoredBoard): string {
  const hex = (key: Uint8Array | undefined): string | undefined =>
    key === undefined ? undefined : Buffer.from(key).toString("hex");
  const { id, name, key, nextKey, gateway, state } = board;
  return `${JSON.stringify({ format, id, name, key: hex(key), nextKey: hex(nextKey), gateway, state }, undefined, 2)}\n`;
}

/** @returns undefined when the text is not what `boardText` writes */
export function readBoard(text: string): StoredBoard | undefined {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { format: written, id, name, key, nextKey, gateway, state } = fieldsOf(parsed);
  const good = keyFrom(key);
  if (written !== format || typeof id !== "string" || !isDeviceId(id) || typeof name !== "string" || !good)
    return undefined;
  return {
    id,
    name,
    key: good,
    nextKey: keyFrom(nextKey),
    gateway: typeof gateway === "string" ? gateway : undefined,
    state: { good: refFrom(fieldsOf(state)["good"]), task: taskFrom(fieldsOf(state)["task"]) },
  };
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

function keyFrom(value: unknown): Uint8Array | undefined {
  return typeof value === "string" && /^[0-9a-f]{64}$/.test(value) ? Buffer.from(value, "hex") : undefined;
}

function refFrom(value: unknown): ProgramRef | undefined {
  const { sha256, size, release } = fieldsOf(value);
  if (typeof sha256 !== "string" || !/^[0-9a-f]{64}$/.test(sha256) || typeof size !== "number")
    return undefined;
  const { counter, nextKey } = fieldsOf(release);
  if (typeof counter !== "number" || typeof nextKey !== "string") return { sha256, size };
  return { sha256, size, release: { counter, nextKey } };
}

function taskFrom(value: unknown): UnfinishedUpdate | undefined {
  const fields = fieldsOf(value);
  const wanted = refFrom(fields["wanted"]);
  const stage = fields["stage"];
  if (wanted === undefined || (stage !== "write" && stage !== "trial" && stage !== "return"))
    return undefined;
  const count = (field: unknown): number => (typeof field === "number" && field >= 0 ? Math.floor(field) : 0);
  return {
    wanted,
    previous: refFrom(fields["previous"]),
    stage,
    writes: count(fields["writes"]),
    crashes: count(fields["crashes"]),
    starts: count(fields["starts"]),
    reason: reasonFrom(fields["reason"]),
  };
}

function reasonFrom(value: unknown): Reason | undefined {
  const { code, text } = fieldsOf(value);
  return typeof code === "string" && typeof text === "string" ? { code, text } : undefined;
}
