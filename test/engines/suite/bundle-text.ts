import type { Bytes, Crypto } from "../../../src/core/ports.js";
import { u32Text } from "../../../src/core/read.js";
import { repeated, unhex } from "./tools.js";

/** "text" in a field of `size` bytes. */
function field(text: string, size: number): string {
  return text + repeated("\u0000", size - text.length);
}

/** An app bundle for engine 1, by the table in src/core/bundle/header.ts, as binary text. */
export function bundleText(bytes: Bytes, crypto: Crypto, version: string, payload: string): string {
  const code = bytes.fromText(payload);
  const sha256 = crypto.sha256Hex === undefined ? "" : unhex(crypto.sha256Hex(code));
  let head = `SLUA\u0001\u0001\u0001\u0000${u32Text(256)}${u32Text(payload.length)}${u32Text(crypto.crc32(code))}`;
  head = field(head, 24) + field(sha256, 32) + field("garden", 24) + field(version, 24) + field("", 24);
  // One safe pin: 26, low.
  head = field(`${head}\u001a\u0000\u0000\u00ff`, 188);
  head += u32Text(crypto.crc32(bytes.fromText(head)));
  return field(head, 256) + payload;
}
