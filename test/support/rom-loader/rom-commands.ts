/** Commands of Espressif's serial protocol ("Serial Protocol" in the vendor's esptool documentation). */
export const enum RomCommand {
  FlashBegin = 0x02,
  FlashData = 0x03,
  FlashEnd = 0x04,
  MemBegin = 0x05,
  MemEnd = 0x06,
  MemData = 0x07,
  Sync = 0x08,
  WriteReg = 0x09,
  ReadReg = 0x0a,
  SpiSetParams = 0x0b,
  SpiAttach = 0x0d,
  ChangeBaudrate = 0x0f,
  FlashDeflBegin = 0x10,
  FlashDeflData = 0x11,
  FlashDeflEnd = 0x12,
  SpiFlashMd5 = 0x13,
  GetSecurityInfo = 0x14,
  /** From here on: the stub only. */
  EraseFlash = 0xd0,
  EraseRegion = 0xd1,
  ReadFlash = 0xd2,
  RunUserCode = 0xd3,
}

/** Second byte of the status when a command is refused. */
export const enum Refusal {
  InvalidMessage = 0x05,
  Failed = 0x06,
  BadChecksum = 0x07,
  FlashWrite = 0x08,
  FlashRead = 0x09,
}

/** A command as it came: 8 bytes of head, then data. */
export interface Request {
  readonly command: number;
  readonly checksum: number;
  readonly data: Buffer;
}

/** @returns undefined for what is no request: wrong direction, or a length that is not the packet's */
export function parseRequest(packet: Uint8Array): Request | undefined {
  const bytes = Buffer.from(packet);
  if (bytes.length < 8 || bytes[0] !== 0) return undefined;
  if (bytes.readUInt16LE(2) !== bytes.length - 8) return undefined;
  return { command: bytes[1], checksum: bytes.readUInt32LE(4), data: bytes.subarray(8) };
}

/** @param status two bytes for the stub, four for the ROM */
export function response(command: number, value: number, data: Uint8Array, status: Uint8Array): Buffer {
  const head = Buffer.alloc(8);
  head[0] = 1;
  head[1] = command;
  head.writeUInt16LE(data.length + status.length, 2);
  head.writeUInt32LE(value >>> 0, 4);
  return Buffer.concat([head, data, status]);
}

/** XOR of all bytes, seeded 0xEF. */
export function dataChecksum(data: Uint8Array): number {
  let sum = 0xef;
  for (const byte of data) sum ^= byte;
  return sum;
}
