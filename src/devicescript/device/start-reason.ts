/** What a program leaves in its board's settings when it starts. */
export interface StartRecord {
  /** Starts so far. */
  readonly boots: number;
  /** ms since the chip started. */
  readonly ms: number;
  readonly version: string;
  /** The version that ran before this one; "" when none is known. */
  readonly before: string;
  /** Starts in a row that came soon after one another. */
  readonly quick: number;
}

/** A program starts about a second after the chip; later than this it is not the chip's start. */
export const chipStartMs = 10000;
const quickMs = 60000;
const tooManyQuick = 3;

export type StartCause = "power-on" | "update" | "rollback" | "restart" | "crash";

/**
 * The record of this start. DeviceScript does not report the reason of a reset, but the chip's clock goes on while a
 * program is replaced.
 * @param last of the start before, undefined for the first
 * @param ms since the chip started
 */
export function recordStart(last: StartRecord | undefined, ms: number, version: string): StartRecord {
  if (last === undefined) return { boots: 1, ms: ms, version: version, before: "", quick: 0 };
  const changed = last.version !== version;
  const soon = sameRun(last, ms) && !changed && ms - last.ms < quickMs;
  return {
    boots: last.boots + 1,
    ms: ms,
    version: version,
    before: changed ? last.version : last.before,
    quick: soon ? last.quick + 1 : 0,
  };
}

/** @param now the record of this start */
export function startCause(last: StartRecord | undefined, now: StartRecord): StartCause {
  if (last === undefined || !sameRun(last, now.ms)) return "power-on";
  if (now.version !== last.version) return now.version === last.before ? "rollback" : "update";
  return now.quick >= tooManyQuick ? "crash" : "restart";
}

/** Whether the chip has gone on running since. */
function sameRun(last: StartRecord, ms: number): boolean {
  return ms >= chipStartMs && ms >= last.ms;
}

/** Reads what came out of the settings; undefined when it is no record. */
export function parseStart(value: unknown): StartRecord | undefined {
  if (!Array.isArray(value) || value.length !== 5) return undefined;
  const [boots, ms, version, before, quick] = value as unknown[];
  if (typeof boots !== "number" || typeof ms !== "number" || typeof quick !== "number") return undefined;
  if (typeof version !== "string" || typeof before !== "string") return undefined;
  return { boots: boots, ms: ms, version: version, before: before, quick: quick };
}

/** As it is kept: short, since a setting holds 220 bytes at most. */
export function startValue(record: StartRecord): unknown[] {
  return [record.boots, record.ms, record.version, record.before, record.quick];
}
