import type { Bytes, Checksum, Chunk, Flash } from "../ports.js";
import { u16, u32, u32Text } from "../read.js";

/**
 * The boot journal: which slots run, whether they are on trial, how often starting them has failed. Two blocks take
 * turns; a block is a head with the state so far, then one byte for each thing that happened.
 *
 *   0  2  "SJ"            8  1  state bits      12  4  CRC-32 of bytes 0..11
 *   2  2  zero            9  1  attempts        16  …  records, 0xFF where none is yet
 *   4  4  generation     10  1  firmware slot   11  1  more state bits
 *
 * A record is a nibble and its complement, so every good record has exactly four bits cleared. A write that power
 * cuts short has cleared fewer and is no record at all: it is passed over, as if it had never been begun.
 */
export const enum JournalRecord {
  /** The app in slot a (b) runs from the next start on, on trial. */
  AppA = 1,
  AppB = 2,
  AgentA = 3,
  AgentB = 4,
  /** A start, by what it weighs (boot.ts): 4 after a crash or a watchdog, 2, 1. */
  Crash = 5,
  Unknown = 6,
  PowerOn = 7,
  /** What runs is well. */
  Confirm = 8,
  /** The app (agent) is given up; the other slot runs. */
  AppBack = 9,
  AgentBack = 10,
  /** No app: the agent alone. */
  SafeMode = 11,
  /** Firmware in an even (odd) slot runs from the next start on, on trial; factory counts as slot -1, odd. */
  FirmwareEven = 12,
  FirmwareOdd = 13,
  /** The firmware on trial is given up, or never came to run. */
  FirmwareBack = 14,
  /** The board restarts into update mode (errand.ts); the next one: it has. */
  Errand = 15,
}

/** What the records add up to. Slots are 0 (a) and 1 (b). */
export interface BootState {
  app: number;
  agent: number;
  appTrial: boolean;
  agentTrial: boolean;
  /** The slot that does not run holds something that was given up. */
  appBad: boolean;
  agentBad: boolean;
  safeMode: boolean;
  /** Something was given up, and no start since then has been counted. */
  cameBack: boolean;
  firmwareTrial: boolean;
  /** Lowest bit of the number of the slot whose firmware is, or was last, on trial. */
  firmwareSlot: number;
  /** The next start is for the update alone. */
  errand: boolean;
  /** Weighted starts since the last confirmation: `attemptLimit` of them is too many. */
  attempts: number;
}

/** Three crashes or, on trial, six restarts or twelve power cuts in a row. */
export const attemptLimit = 12;

const headLength = 16;
/** Records a block holds before the other one takes over; replaying few keeps a start short. */
const mostRecords = 64;

/** The state of a head's bytes 8 to 11. */
function stateOf(bits: number, attempts: number, firmwareSlot: number, more: number): BootState {
  return {
    app: bits & 1,
    agent: (bits >> 1) & 1,
    appTrial: (bits & 4) !== 0,
    agentTrial: (bits & 8) !== 0,
    appBad: (bits & 16) !== 0,
    agentBad: (bits & 32) !== 0,
    safeMode: (bits & 64) !== 0,
    cameBack: (more & 1) !== 0,
    firmwareTrial: (bits & 128) !== 0,
    firmwareSlot: firmwareSlot & 1,
    errand: (more & 2) !== 0,
    attempts: attempts,
  };
}

export function freshState(): BootState {
  return stateOf(0, 0, 0, 0);
}

/** What one record does to the state. */
export function apply(state: BootState, record: number): void {
  if (record < JournalRecord.AppA || record > JournalRecord.Errand) return;
  if (record === JournalRecord.Errand) {
    state.errand = !state.errand;
    return;
  }
  if (record >= JournalRecord.Crash && record <= JournalRecord.PowerOn) {
    state.safeMode = false;
    state.cameBack = false;
    state.attempts = Math.min(state.attempts + (1 << (JournalRecord.PowerOn - record)), 255);
    return;
  }
  state.attempts = 0;
  if (record === JournalRecord.SafeMode) {
    state.safeMode = true;
    state.appTrial = false;
    return;
  }
  const isNew = record <= JournalRecord.AgentB || (record & 14) === JournalRecord.FirmwareEven;
  if (isNew) state.safeMode = false;
  state.cameBack = !isNew && record !== JournalRecord.Confirm;
  if (record === JournalRecord.Confirm) {
    state.appTrial = false;
    state.agentTrial = false;
    state.firmwareTrial = false;
  } else if (record <= JournalRecord.AppB || record === JournalRecord.AppBack) {
    state.app = isNew ? record - JournalRecord.AppA : 1 - state.app;
    state.appTrial = isNew;
    state.appBad = !isNew;
  } else if (record <= JournalRecord.AgentB || record === JournalRecord.AgentBack) {
    state.agent = isNew ? record - JournalRecord.AgentA : 1 - state.agent;
    state.agentTrial = isNew;
    state.agentBad = !isNew;
  } else {
    state.firmwareTrial = isNew;
    if (isNew) state.firmwareSlot = record - JournalRecord.FirmwareEven;
  }
}

/** A record as it is written: one byte. */
export function recordText(record: number): string {
  return String.fromCharCode((record << 4) | (~record & 15));
}

/** The record that a byte is, or 0 for one that never was completed. */
function recordOf(value: number): number {
  const record = value >> 4;
  return (value & 15) === (~record & 15) ? record : 0;
}

export class Journal {
  private state: BootState = freshState();
  /** Block number in use, or -1 while none is readable. */
  private active = -1;
  private generation = 0;
  /** Records used up in the active block, torn ones included. */
  private used = 0;

  /** @param first number of the first of the two blocks */
  constructor(
    private readonly bytes: Bytes,
    private readonly checksum: Checksum,
    private readonly flash: Flash,
    private readonly first: number,
  ) {}

  /** Reads both blocks; the state is the fresh one when neither is sound. */
  open(): BootState {
    this.active = -1;
    this.generation = 0;
    this.state = freshState();
    this.used = 0;
    for (let i = 0; i < 2; i++) {
      const head = this.read(this.first + i, 0, headLength);
      if (!this.isHead(head)) continue;
      const generation = u32(this.bytes, head, 4);
      if (this.active >= 0 && generation < this.generation) continue;
      this.active = this.first + i;
      this.generation = generation;
      const bytes = this.bytes;
      this.state = stateOf(bytes.at(head, 8), bytes.at(head, 9), bytes.at(head, 10), bytes.at(head, 11));
    }
    if (this.active >= 0) this.replay();
    return this.state;
  }

  current(): BootState {
    return this.state;
  }

  /** One atomic step: after it the record counts, before it and during it it does not. */
  append(record: number): void {
    const at = this.nextOffset(1);
    this.used++;
    this.flash.write(this.bytes.fromText(recordText(record)), at);
    apply(this.state, record);
  }

  /** Where the next record goes, bytes into the flash area; `count` of them have room there. */
  nextOffset(count: number): number {
    if (this.active < 0 || this.used + count > mostRecords) this.turn();
    return this.active * this.flash.status().blockLength + headLength + this.used;
  }

  /** Starts the other block with the state as it is; the old one stays valid until the new head is whole. */
  private turn(): void {
    const block = this.active === this.first ? this.first + 1 : this.first;
    this.flash.eraseBlock(block, block + 1);
    const bits =
      this.state.app |
      (this.state.agent << 1) |
      (this.state.appTrial ? 4 : 0) |
      (this.state.agentTrial ? 8 : 0) |
      (this.state.appBad ? 16 : 0) |
      (this.state.agentBad ? 32 : 0) |
      (this.state.safeMode ? 64 : 0) |
      (this.state.firmwareTrial ? 128 : 0);
    const more = String.fromCharCode(
      bits,
      this.state.attempts,
      this.state.firmwareSlot,
      (this.state.cameBack ? 1 : 0) | (this.state.errand ? 2 : 0),
    );
    const head = `SJ\0\0${u32Text(this.generation + 1)}${more}`;
    const crc = this.checksum.crc32(this.bytes.fromText(head));
    this.flash.write(this.bytes.fromText(head + u32Text(crc)), block * this.flash.status().blockLength);
    this.active = block;
    this.generation++;
    this.used = 0;
  }

  private replay(): void {
    const records = this.read(this.active, headLength, mostRecords);
    // Later records prove that earlier bytes were used, even where a cut left no trace in them.
    let last = mostRecords - 1;
    while (last >= 0 && this.bytes.at(records, last) === 255) last--;
    this.used = last + 1;
    for (let i = 0; i <= last; i++) apply(this.state, recordOf(this.bytes.at(records, i)));
  }

  private isHead(head: Chunk): boolean {
    return (
      u16(this.bytes, head, 0) === 0x4a53 &&
      this.checksum.crc32(head.slice(0, 12)) === u32(this.bytes, head, 12)
    );
  }

  private read(block: number, offset: number, length: number): Chunk {
    return this.flash.read(length, block * this.flash.status().blockLength + offset);
  }
}
