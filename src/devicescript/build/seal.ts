import { createHash } from "node:crypto";
import { sealFormat, sealLength, sealMagic } from "../../core/image/devicescript-seal.js";

/** The bytecode with its checksum behind it (core/image/devicescript-seal.ts). */
export function seal(bytecode: Uint8Array): Uint8Array {
  const tail = Buffer.alloc(sealLength);
  tail.write(sealMagic, 0, "latin1");
  tail.writeUInt32LE(bytecode.length, 8);
  tail.writeUInt32LE(sealFormat, 12);
  tail.set(createHash("sha256").update(bytecode).digest(), 16);
  return Buffer.concat([bytecode, tail]);
}
