/**
 * What a sketch orders from eboot (esp8266/Arduino bootloaders/eboot/eboot_command.h, eboot_command.c): 128 bytes,
 * u32 magic, u32 action, u32 arguments[29], u32 CRC of the 124 bytes before.
 */
export const commandLength = 128;

export const EbootAction = { CopyRaw: 1, LoadApp: 0xffffffff } as const;

export interface EbootCommand {
  readonly action: number;
  readonly source: number;
  readonly destination: number;
  /** Bytes as staged. */
  readonly size: number;
}

/** crc_update: most significant bit first, 04C11DB7, nothing inverted. */
const crcSteps = Int32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 24;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x80000000 ? (crc << 1) ^ 0x04c11db7 : crc << 1;
  return crc;
});

function commandCrc(bytes: Uint8Array): number {
  let crc = 0xffffffff | 0;
  for (const byte of bytes.subarray(0, commandLength - 4)) crc = (crc << 8) ^ crcSteps[(crc >>> 24) ^ byte];
  return crc >>> 0;
}

/** eboot_command_read. @returns undefined when eboot takes these bytes for no command */
export function readCommand(bytes: Uint8Array): EbootCommand | undefined {
  // The magic's upper 20 bits. Cleared and blank commands need no CRC.
  if (bytes[3] !== 0xeb || bytes[2] !== 0x00 || bytes[1] >> 4 !== 1) return undefined;
  const words = new DataView(bytes.buffer, bytes.byteOffset, commandLength);
  const word = (offset: number): number => words.getUint32(offset, true);
  if (word(commandLength - 4) !== commandCrc(bytes)) return undefined;
  return { action: word(4), source: word(8), destination: word(12), size: word(16) };
}
