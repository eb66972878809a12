import { faultWords } from "./fault-words.js";

/**
 * Why an update did not happen. A fault is a value, never thrown: `number` is the original Updater's error number
 * (esp8266/Arduino Updater.h), or 17 and up for what Sluice adds; `code` is stable and for scripts; `text` is what
 * the uploader reads, in the original's words where the original has words.
 * Remedies are in `src/errors`, which no board carries.
 */
export interface Fault {
  readonly number: number;
  readonly code: string;
  readonly text: string;
  /** Seconds after which a retry makes sense, where that is known. */
  readonly seconds?: number;
}

/** Numbers 0..16 are the original's. */
export const enum FaultNumber {
  Ok = 0,
  Write = 1,
  Erase = 2,
  Read = 3,
  Space = 4,
  Size = 5,
  Stream = 6,
  Md5 = 7,
  FlashConfig = 8,
  NewFlashConfig = 9,
  MagicByte = 10,
  Bootstrap = 11,
  Sign = 12,
  NoData = 13,
  OutOfMemory = 14,
  RunningAlready = 15,
  UnknownCommand = 16,
  SafeState = 17,
  WrongEngine = 18,
  WrongBoard = 19,
  CorruptBundle = 20,
  TooManyAttempts = 21,
  OnTrial = 22,
  Aborted = 23,
  Silent = 24,
  Connect = 25,
  Verify = 26,
  AgentTooOld = 27,
  Commit = 28,
  AuthFailed = 29,
  WrongKind = 30,
  CorruptImage = 31,
  TruncatedImage = 32,
  WrongRevision = 33,
  PartitionTable = 34,
  NotPowerSafe = 35,
  OutsideWindow = 36,
  NotArmed = 37,
  ClockNotSet = 38,
  NotSigned = 39,
  KeyUnknown = 40,
  OlderRelease = 41,
  ReleaseExpired = 42,
  WrongRelease = 43,
}

export function fault(number: number, detail: string): Fault {
  const words = faultWords(number, detail);
  return { number: number, code: words[0], text: words[1] };
}

/** Whether a result is a fault. */
export function isFault(value: object): value is Fault {
  return (value as { code?: string }).code !== undefined;
}

/**
 * The code of a fault that only means "not now" (policy/policy.ts): the board is well and takes an update later. "" for
 * all other faults.
 */
export function notNowCode(number: number): string {
  if (number === FaultNumber.OutsideWindow) return "OUTSIDE_WINDOW";
  if (number === FaultNumber.NotArmed) return "NOT_ARMED";
  return number === FaultNumber.ClockNotSet ? "CLOCK_NOT_SET" : "";
}

/** The line that goes to an uploader: the original's `printError`, `ERROR[%hhu]: %s\n`. */
export function faultLine(what: Fault): string {
  return `ERROR[${what.number}]: ${what.text}\n`;
}
