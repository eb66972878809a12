import type { Bytes, Chunk } from "../ports.js";
import { u32 } from "../read.js";

/** Sections of a DeviceScript program in their order (devs_format.h), each {start u32, length u32} in the header. */
export const enum DevsSection {
  Functions = 0,
  Code = 1,
  Floats = 2,
  Roles = 3,
  AsciiStrings = 4,
  Utf8Strings = 5,
  Buffers = 6,
  StringData = 7,
  ServiceSpecs = 8,
  Config = 9,
}

const sectionsOffset = 32;
export const sectionCount = 10;
export const devsHeaderLength = sectionsOffset + 8 * sectionCount;

export function sectionStart(bytes: Bytes, head: Chunk, section: number): number {
  return u32(bytes, head, sectionsOffset + 8 * section);
}

export function sectionLength(bytes: Bytes, head: Chunk, section: number): number {
  return u32(bytes, head, sectionsOffset + 8 * section + 4);
}
