import type { Bytes, Chunk } from "../ports.js";
import { u32, u32Text } from "../read.js";
import { crcMsb, crcMsbStart } from "./crc-msb.js";

/**
 * What the sketch tells Arduino's boot loader through RTC memory (bootloaders/eboot/eboot_command.h): 128 bytes,
 * u32 magic, u32 action, u32 arguments[29], u32 CRC of the 124 bytes before.
 */
export const ebootCommandLength = 128;
/** Address in the chip; the first block of the user's RTC memory. */
export const ebootCommandAddress = 0x60001200;
/** RTC memory is counted in blocks of four bytes; the user's part, as `system_rtc_mem_write` counts, starts at 64. */
export const ebootCommandBlock = 64;

export const enum EbootAction {
  CopyRaw = 1,
  LoadApp = 0xffffffff,
}

export interface EbootCommand {
  readonly action: number;
  readonly source: number;
  readonly destination: number;
  /** Bytes as staged. */
  readonly size: number;
}

const magic = 0xeb001000;
const magicMask = 0xfffff000;
const argumentCount = 29;

/** The command as `Updater` writes it, with the arguments that it leaves to chance set to zero. */
export function makeEbootCommand(bytes: Bytes, command: EbootCommand): Chunk {
  let text = u32Text(magic) + u32Text(command.action);
  text += u32Text(command.source) + u32Text(command.destination) + u32Text(command.size);
  for (let i = 3; i < argumentCount; i++) text += u32Text(0);
  return bytes.fromText(text + u32Text(crcMsb(bytes, crcMsbStart, bytes.fromText(text))));
}

/** The command, or undefined when eboot would not take these bytes for one. */
export function parseEbootCommand(bytes: Bytes, chunk: Chunk): EbootCommand | undefined {
  if (chunk.length < ebootCommandLength) return undefined;
  if ((u32(bytes, chunk, 0) & magicMask) >>> 0 !== magic) return undefined;
  if (crcMsb(bytes, crcMsbStart, chunk.slice(0, 124)) !== u32(bytes, chunk, 124)) return undefined;
  return {
    action: u32(bytes, chunk, 4),
    source: u32(bytes, chunk, 8),
    destination: u32(bytes, chunk, 12),
    size: u32(bytes, chunk, 16),
  };
}

/** What eboot leaves of a command that it has carried out: magic and CRC become zero. */
export function clearEbootCommand(bytes: Bytes, chunk: Chunk): Chunk {
  const zero = bytes.fromText(u32Text(0));
  return bytes.join(bytes.join(zero, chunk.slice(4, 124)), zero);
}
