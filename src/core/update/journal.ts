import type { Bytes, Checksum, Chunk, Flash } from "../ports.js";
import { u16, u32, u32Text } from "../read.js";
import { eraseBlock, holds, steadyRead } from "./read-back.js";

// Longer than other files: records, state and blocks are one format, and make sense only together.

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
 *
 * Flash may lie: Espruino's ESP32 port drops the results of write and erase (targets/esp32/jshardware.c). So what is written
 * is read back. A byte that does not take its record is cleared, so that it never becomes one, and the next is tried,
 * four of them, then the other block. A block that does not come blank, or does not take its head, is left alone, and
 * the records go on in the one there is, as far as it reaches.
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
/** Bytes of a block that are tried for a record. */
const mostTries = 4;

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

  /** Whether there is a journal at all: without one the state is the fresh one. */
  isFound(): boolean {
    return this.active >= 0;
  }

  /**
   * One atomic step: after it the record counts, before it and during it it does not.
   * @returns whether flash holds it; if not, nothing has changed
   */
  append(record: number): boolean {
    for (let blocks = 0; blocks < 2; blocks++) {
      if (blocks > 0 && !this.turn()) break;
      for (let tries = 0; tries < mostTries && this.hasRoom(1); tries++) {
        if (!this.put(record)) continue;
        apply(this.state, record);
        return true;
      }
    }
    return false;
  }

  /** Where the next record goes, bytes into the flash area; `count` of them have room there. -1: nowhere. */
  nextOffset(count: number): number {
    return this.hasRoom(count) ? this.offset() : -1;
  }

  private offset(): number {
    return this.active * this.flash.status().blockLength + headLength + this.used;
  }

  private put(record: number): boolean {
    const at = this.offset();
    const chunk = this.bytes.fromText(recordText(record));
    this.used++;
    this.flash.write(chunk, at);
    if (holds(this.bytes, this.flash, chunk, at)) return true;
    this.flash.write(this.bytes.fromText("\0"), at);
    return false;
  }

  private hasRoom(count: number): boolean {
    if (this.active >= 0 && this.used + count <= mostRecords) return true;
    return this.turn() || (this.active >= 0 && this.used + count <= this.room());
  }

  /** Records that a block can hold, where the other one cannot take over. */
  private room(): number {
    const room = this.flash.status().blockLength - headLength;
    return room - (room % mostRecords);
  }

  /**
   * Starts the other block with the state as it is; the old one stays valid until the new head is whole. Without an old
   * one any of the two will do.
   */
  private turn(): boolean {
    const isFound = this.active >= 0;
    const block = this.active === this.first ? this.first + 1 : this.first;
    return this.begin(block) || (!isFound && this.begin(block + 1));
  }

  private begin(block: number): boolean {
    const at = block * this.flash.status().blockLength;
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
    const text = `SJ\0\0${u32Text(this.generation + 1)}${more}`;
    const head = this.bytes.fromText(text + u32Text(this.checksum.crc32(this.bytes.fromText(text))));
    for (let tries = 0; tries < 2; tries++) {
      // What an erase has left of older records would count behind the new head.
      if (!eraseBlock(this.bytes, this.flash, block)) continue;
      this.flash.write(head, at);
      if (!holds(this.bytes, this.flash, head, at)) continue;
      this.active = block;
      this.generation++;
      this.used = 0;
      return true;
    }
    return false;
  }

  private replay(): void {
    for (let from = 0; from < this.room(); from += mostRecords) {
      const records = this.read(this.active, headLength + from, mostRecords);
      // Later records prove that earlier bytes were used, even where a cut left no trace in them.
      let last = mostRecords - 1;
      while (last >= 0 && this.bytes.at(records, last) === 255) last--;
      if (last < 0) return;
      this.used = from + last + 1;
      for (let i = 0; i <= last; i++) apply(this.state, recordOf(this.bytes.at(records, i)));
    }
  }

  private isHead(head: Chunk): boolean {
    return (
      u16(this.bytes, head, 0) === 0x4a53 &&
      this.checksum.crc32(head.slice(0, 12)) === u32(this.bytes, head, 12)
    );
  }

  private read(block: number, offset: number, length: number): Chunk {
    const at = block * this.flash.status().blockLength + offset;
    return steadyRead(this.bytes, this.flash, length, at);
  }
}
