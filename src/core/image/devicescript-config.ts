import type { Bytes, Chunk } from "../ports.js";
import { textField, u16, u32 } from "../read.js";
import type { DevsProgram } from "./judgement.js";

/**
 * DCFG, the hardware's configuration inside a program or a board's flash (jacdac-c jd_dcfg.h): {"DCFG", magic, total
 * bytes, entries u16, …, hash u32 x 2, 32 jumps u16}, then entries {key of 16, hash u16, type and size u16, value u32}
 * ordered by their hash and closed by one whose hash is 0xFFFF. Strings lie behind and end with NUL.
 */
const secondMagic = 0xcab49b0a;
export const configHeaderLength = 88;
export const configEntryLength = 24;
export const configKeyLength = 15;
const stringType = 2;

type DevsConfig = Pick<DevsProgram, "name" | "version" | "safePins">;

/** Reads a DCFG section. @returns its facts, "" where it is empty, or a sentence about what is wrong with it */
export function readDevsConfig(bytes: Bytes, section: Chunk): DevsConfig | string {
  let name = "";
  let version = "";
  const safePins: string[] = [];
  if (section.length === 0) return { name: name, version: version, safePins: safePins };
  if (section.length < configHeaderLength + configEntryLength)
    return "the program's configuration is cut short";
  if (bytes.toText(section.slice(0, 4)) !== "DCFG" || u32(bytes, section, 4) !== secondMagic)
    return "the program's configuration is none";
  const total = u32(bytes, section, 8);
  const count = u16(bytes, section, 12);
  const dataStart = configHeaderLength + (count + 1) * configEntryLength;
  if (total > section.length || dataStart > total) return "the program's configuration is cut short";
  let before = 0;
  for (let i = 0; i < count; i++) {
    const at = configHeaderLength + i * configEntryLength;
    const key = textField(bytes, section, at, configKeyLength + 1);
    const hash = u16(bytes, section, at + 16);
    if (key.length > configKeyLength || hash < before || hash !== configKeyHash(key))
      return `entry ${i} of the program's configuration is damaged`;
    before = hash;
    const kind = u16(bytes, section, at + 18);
    const value = u32(bytes, section, at + 20);
    if ((kind & 3) >= stringType) {
      const size = kind >>> 2;
      if (value < dataStart || value + size >= total || bytes.at(section, value + size) !== 0)
        return `"${key}" of the program's configuration lies outside`;
      if (key === "@name") name = textField(bytes, section, value, size);
      else if (key === "@version") version = textField(bytes, section, value, size);
    } else if (key.slice(0, 5) === "sPin.") safePins.push(`${key.slice(5)}=${value}`);
  }
  if (u16(bytes, section, configHeaderLength + count * configEntryLength + 16) !== 0xffff)
    return "the program's configuration does not end";
  return { name: name, version: version, safePins: safePins };
}

/** 32-bit FNV-1a over text of one byte a char. */
function fnv1a(text: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash = (hash ^ text.charCodeAt(i)) >>> 0;
    // Times 0x1000193, without Math.imul, which Espruino lacks.
    hash = ((hash << 24) + hash * 0x193) >>> 0;
  }
  return hash;
}

/** The hash by which entries are ordered and found: FNV-1a folded to 16 bits. */
export function configKeyHash(key: string): number {
  const hash = fnv1a(key);
  return (hash >>> 16) ^ (hash & 0xffff);
}
