import type { Bytes, Crypto } from "./ports.js";

/** MD5 of ASCII text, as 32 lower-case hex digits. */
export function md5Hex(bytes: Pick<Bytes, "fromText">, crypto: Pick<Crypto, "md5">, text: string): string {
  const digest = crypto.md5();
  digest.update(bytes.fromText(text));
  return digest.hex();
}
