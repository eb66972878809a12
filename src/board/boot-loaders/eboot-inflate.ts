import { constants, inflateRawSync } from "node:zlib";

/** What eboot's uzlib makes of a gzip file. */
export interface Inflated {
  /** Bytes that came out, `limit` of them at most. */
  readonly bytes: Uint8Array;
  /** False when the header is none: copy_raw answers 5. */
  readonly header: boolean;
}

const enum GzipFlag {
  HeaderCrc = 2,
  Extra = 4,
  Name = 8,
  Comment = 16,
  Reserved = 0xe0,
}

/**
 * Inflates as far as it goes. Nothing is compared: neither the CRC nor the length at the end of the file (eboot calls
 * uzlib_uncompress, not its checking sister). Where the stream is damaged the output ends; uzlib, which checks less
 * than zlib does, may go on with rubbish.
 */
export function inflateAsEboot(file: Uint8Array, limit: number): Inflated {
  const start = headerEnd(file);
  if (start === undefined) return { bytes: new Uint8Array(), header: false };
  const stream = file.subarray(start);
  let whole = inflatePrefix(stream, limit);
  if (whole === undefined) {
    // The longest prefix that zlib has no quarrel with: all that it understood before the damage or the limit.
    let good = 0;
    let bad = stream.length;
    while (bad - good > 1) {
      const middle = (good + bad) >> 1;
      if (inflatePrefix(stream.subarray(0, middle), limit) === undefined) bad = middle;
      else good = middle;
    }
    whole = inflatePrefix(stream.subarray(0, good), limit) ?? new Uint8Array();
  }
  return { bytes: whole.subarray(0, limit), header: true };
}

/** Bytes of the file that have to be read before `produced` bytes are out. */
export function readFor(file: Uint8Array, produced: number): number {
  const start = headerEnd(file) ?? 0;
  let few = 0;
  let enough = file.length - start;
  while (enough - few > 1) {
    const middle = (few + enough) >> 1;
    const out = inflatePrefix(file.subarray(start, start + middle), produced);
    if (out === undefined || out.length >= produced) enough = middle;
    else few = middle;
  }
  return start + enough;
}

/** One byte of deflate can stand for no more than this, so a prefix that stays below it has at least `limit`. */
const mostPerByte = 4096;

function inflatePrefix(stream: Uint8Array, limit: number): Uint8Array | undefined {
  if (stream.length === 0) return new Uint8Array();
  try {
    return inflateRawSync(stream, {
      finishFlush: constants.Z_SYNC_FLUSH,
      maxOutputLength: limit + mostPerByte,
    });
  } catch {
    return undefined;
  }
}

/** RFC 1952 §2.3, as uzlib_gzip_parse_header goes over it. */
function headerEnd(file: Uint8Array): number | undefined {
  if (file.length < 10 || file[0] !== 0x1f || file[1] !== 0x8b || file[2] !== 8) return undefined;
  const flags = file[3];
  if ((flags & GzipFlag.Reserved) !== 0) return undefined;
  let at = 10;
  if ((flags & GzipFlag.Extra) !== 0) at += 2 + (file[at] | (file[at + 1] << 8));
  for (const flag of [GzipFlag.Name, GzipFlag.Comment])
    if ((flags & flag) !== 0) {
      while (at < file.length && file[at] !== 0) at++;
      at++;
    }
  if ((flags & GzipFlag.HeaderCrc) !== 0) at += 2;
  return at <= file.length ? at : undefined;
}
