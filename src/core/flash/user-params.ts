import type { Bytes, Chunk } from "../ports.js";
import { u32, u32Text } from "../read.js";

/**
 * What boot_v1.x keeps in the last sectors of the flash: two copies of the parameters, and a flag sector that says
 * which copy counts (ESP8266_RTOS_SDK, esp-open-rtos, R. Burton's listing of v1.3b3).
 */
export interface UserParams {
  /** 0 user1, 1 user2, 3 blank. */
  readonly useBin: number;
  /** 1: `useBin` starts; 0: it was given up, the other one starts. */
  readonly bootStatus: number;
  readonly toQio: number;
  readonly version: number;
  readonly testPass: number;
  readonly testStart: number;
  /** 1: normal user mode. */
  readonly enhance: number;
  /** Addresses of 24 bits. */
  readonly testBinAddress: number;
  readonly userBinAddress: number;
}

/** Bytes that boot_v1.x reads of a copy; the SDK's own settings lie behind them. */
export const userParamsLength = 8;
export const flagSectorLength = 32;

/** Versions whose first byte holds `useBin` in four bits and nothing else. */
function isOldVersion(version: number): boolean {
  return version === 2 || version === 0x1f;
}

export function parseUserParams(bytes: Bytes, chunk: Chunk): UserParams {
  const first = bytes.at(chunk, 0);
  const second = bytes.at(chunk, 1);
  const version = second & 0x1f;
  return {
    useBin: isOldVersion(version) ? first & 15 : first & 3,
    bootStatus: (first >> 2) & 1,
    toQio: (first >> 3) & 1,
    version: version,
    testPass: (second >> 5) & 1,
    testStart: (second >> 6) & 1,
    enhance: second >> 7,
    testBinAddress: u24(bytes, chunk, 2),
    userBinAddress: u24(bytes, chunk, 5),
  };
}

/** The first eight bytes of a copy. Bits that mean nothing stay set, as in erased flash. */
export function makeUserParams(bytes: Bytes, params: UserParams): Chunk {
  const first = isOldVersion(params.version)
    ? 0xf0 | params.useBin
    : 0xf0 | params.useBin | (params.bootStatus << 2) | (params.toQio << 3);
  const second = params.version | (params.testPass << 5) | (params.testStart << 6) | (params.enhance << 7);
  return bytes.fromText(
    String.fromCharCode(first, second) + u24Text(params.testBinAddress) + u24Text(params.userBinAddress),
  );
}

function u24(bytes: Bytes, chunk: Chunk, at: number): number {
  return bytes.at(chunk, at) | (bytes.at(chunk, at + 1) << 8) | (bytes.at(chunk, at + 2) << 16);
}

function u24Text(value: number): string {
  return String.fromCharCode(value & 255, (value >> 8) & 255, (value >> 16) & 255);
}

/**
 * The slot that starts, 0 user1 or 1 user2 (versions 3 and up; the SDK sources, which agree with a log of v1.5:
 * a status of 0 means the *other* one). Parameters of another version than the boot loader's start user1 anew.
 */
export function runningUserBin(params: UserParams, bootVersion: number): number {
  if (params.version !== bootVersion || params.useBin > 1) return 0;
  return params.bootStatus === 1 ? params.useBin : 1 - params.useBin;
}

/** What boot_v1.x writes when it finds parameters that are not its own. */
export function freshUserParams(bootVersion: number): UserParams {
  return {
    useBin: 0,
    bootStatus: 1,
    toQio: 1,
    version: bootVersion,
    testPass: 1,
    testStart: 1,
    enhance: 1,
    testBinAddress: 0xffffff,
    userBinAddress: 0xffffff,
  };
}

export interface FlagSector {
  /** Parameter copy that counts: 0 the first, anything else (blank flash too) the second. */
  readonly copy: number;
  readonly writeCount: number;
  /** Bytes that the checksum of each copy covers, and the checksums. */
  readonly checkLengths: number[];
  readonly checksums: number[];
}

const headMark = 0x55aa55aa;
const tailMark = 0xaa55aa55;

export function parseFlagSector(bytes: Bytes, chunk: Chunk): FlagSector {
  return {
    copy: bytes.at(chunk, 0) === 0 ? 0 : 1,
    writeCount: u32(bytes, chunk, 8),
    checkLengths: [u32(bytes, chunk, 12), u32(bytes, chunk, 16)],
    checksums: [u32(bytes, chunk, 20), u32(bytes, chunk, 24)],
  };
}

/** The 32 bytes of the flag sector; boot_v1.x itself reads byte 0 only. */
export function makeFlagSector(bytes: Bytes, flags: FlagSector): Chunk {
  return bytes.fromText(
    u32Text((0xffffff00 | flags.copy) >>> 0) +
      u32Text(headMark) +
      u32Text(flags.writeCount) +
      u32Text(flags.checkLengths[0]) +
      u32Text(flags.checkLengths[1]) +
      u32Text(flags.checksums[0]) +
      u32Text(flags.checksums[1]) +
      u32Text(tailMark),
  );
}

/** XOR of a parameter copy's first bytes, seeded with EF. */
export function paramsChecksum(bytes: Bytes, copy: Chunk, length: number): number {
  let value = 0xef;
  for (let i = 0; i < length; i++) value = value ^ bytes.at(copy, i);
  return value;
}
