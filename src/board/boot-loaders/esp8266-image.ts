import { type FlashView, xorBytes } from "./flash-view.js";

export interface LoadRules {
  /** Whether a segment for this address is loaded. */
  readonly loads: (address: number) => boolean;
  /** Compares the XOR checksum of what was loaded. */
  readonly checksum: boolean;
  /** Wants E9 as the first byte. */
  readonly magic: boolean;
}

/** Memory that a segment can be loaded to; a load elsewhere is an exception of the processor. */
function isWritable(address: number, length: number): boolean {
  if (length === 0 || address >= 0x60000000) return true;
  const end = address + length;
  return (address >= 0x3ffe8000 && end <= 0x40000000) || (address >= 0x40100000 && end <= 0x40110000);
}

function holds(start: number, length: number, address: number): boolean {
  return address >= start && address < start + length;
}

const headerLength = 8;
/** The first megabyte of flash as the cache shows it. */
const flashMap = 0x40200000;
const flashMapLength = 0x100000;

/**
 * Loads an E9 image at the start of `source`, which ends where the chip does.
 * @returns bytes that it went over, or why nothing starts
 */
export function loadEsp8266(source: FlashView, rules: LoadRules): number | string {
  if (source.size < headerLength) return "e:1";
  const head = source.read(0, headerLength);
  if (rules.magic && head[0] !== 0xe9) return "error magic!";
  let position = headerLength;
  let sum = 0xef;
  const entry = head.readUInt32LE(4);
  let reachable = holds(flashMap, flashMapLength, entry);
  for (let left = head[1]; left > 0; left--) {
    if (position + headerLength > source.size) return "e:2";
    const segment = source.read(position, headerLength);
    const address = segment.readUInt32LE(0);
    const length = segment.readUInt32LE(4);
    position += headerLength;
    if (rules.loads(address)) {
      if (position + length > source.size) return "e:3";
      if (!isWritable(address, length)) return `exception: segment for 0x${address.toString(16)}`;
      if (rules.checksum) sum = xorBytes(source.read(position, length), sum);
      if (holds(address, length, entry)) reachable = true;
    }
    position += length;
  }
  if (rules.checksum) {
    // The last byte of the block of 16 that follows at least one byte of padding.
    const place = position - (position % 16) + 15;
    if (place >= source.size || source.read(place, 1)[0] !== sum) return "csum err";
    position = place + 1;
  }
  if (!reachable) return `exception: jump to 0x${entry.toString(16)}`;
  return position;
}
