import { type Fault, FaultNumber, fault } from "../errors.js";
import { pieceLength } from "../image/source.js";
import type { Bytes, Chunk, Crypto, Flash } from "../ports.js";

/**
 * MD5 of `size` bytes of flash, in pieces of one erase block.
 * @param replace gives the piece that stands for what was read; for bytes that were written other than they came
 */
export function flashMd5(
  crypto: Pick<Crypto, "md5">,
  flash: Flash,
  offset: number,
  size: number,
  replace: (piece: Chunk, at: number) => Chunk,
): string {
  const digest = crypto.md5();
  for (let done = 0; done < size; done += pieceLength) {
    const length = Math.min(pieceLength, size - done);
    digest.update(replace(flash.read(length, offset + done), done));
  }
  return digest.hex();
}

export function asRead(piece: Chunk, _at: number): Chunk {
  return piece;
}

/** Whether flash holds what was received; a fault when not, or when it cannot be read. */
export function compareFlash(
  crypto: Pick<Crypto, "md5">,
  flash: Flash,
  offset: number,
  size: number,
  md5: string,
  replace: (piece: Chunk, at: number) => Chunk,
): Fault | undefined {
  try {
    const found = flashMd5(crypto, flash, offset, size, replace);
    if (found !== md5) return fault(FaultNumber.Verify, `flash holds ${found}`);
  } catch (error) {
    return fault(FaultNumber.Read, `${error}`);
  }
  return undefined;
}

/** `chunk` with the byte at `index` replaced; as it is when the byte is not in it. */
export function withByte(bytes: Bytes, chunk: Chunk, index: number, value: number): Chunk {
  if (index < 0 || index >= chunk.length) return chunk;
  const changed = bytes.fromText(String.fromCharCode(value));
  return bytes.join(bytes.join(chunk.slice(0, index), changed), chunk.slice(index + 1, chunk.length));
}
