import type { Checksum } from "../../core/ports.js";

/** Native on every build of Espruino; all that the loader needs. */
export const engineChecksum: Checksum = { crc32: (chunk) => E.CRC32(chunk as unknown as string) >>> 0 };
