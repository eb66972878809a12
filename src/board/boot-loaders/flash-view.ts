import type { NorFlash } from "../nor-flash.js";

/** Bytes as a boot loader reads them: a slot, or all that is left of the chip. */
export interface FlashView {
  /** Bytes. */
  readonly size: number;
  /** Only ever called for what lies inside `size`. */
  readonly read: (offset: number, length: number) => Buffer;
}

/** The bytes of the chip from an offset on. @param size bytes; all that follow unless given */
export function chipView(flash: NorFlash, offset: number, size = flash.size - offset): FlashView {
  return { size, read: (at, length) => readChip(flash, offset + at, length) };
}

/** A copy of what lies at an offset from the start of the chip. */
export function readChip(flash: NorFlash, offset: number, length: number): Buffer {
  const bytes = flash.read(flash.base + offset, length);
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

/** A file, as if it lay in a slot. */
export function fileView(file: Uint8Array): FlashView {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.length);
  return { size: file.length, read: (offset, length) => bytes.subarray(offset, offset + length) };
}

/** XOR of all bytes, four at a time where they are aligned: images are gone through by the thousand. */
export function xorBytes(data: Uint8Array, seed: number): number {
  let value = seed;
  let done = 0;
  if (data.byteOffset % 4 === 0) {
    const words = new Uint32Array(data.buffer, data.byteOffset, data.length >> 2);
    let wide = 0;
    for (let i = 0; i < words.length; i++) wide ^= words[i];
    value ^= wide ^ (wide >>> 8) ^ (wide >>> 16) ^ (wide >>> 24);
    done = words.length * 4;
  }
  for (; done < data.length; done++) value ^= data[done];
  return value & 0xff;
}
