/** Base64 (RFC 4648 §4) to binary text; undefined when it is none. Padding may be missing. */
export function fromBase64(text: string): string | undefined {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  let length = text.length;
  while (length > 0 && text.length - length < 2 && text.charAt(length - 1) === "=") length--;
  if (length % 4 === 1) return undefined;
  let found = "";
  let bits = 0;
  let count = 0;
  for (let i = 0; i < length; i++) {
    const value = alphabet.indexOf(text.charAt(i));
    if (value < 0) return undefined;
    bits = ((bits & 0xff) << 6) | value;
    count += 6;
    if (count < 8) continue;
    count -= 8;
    found += String.fromCharCode((bits >>> count) & 255);
  }
  return found;
}

/** What stands behind `Authorization: Basic`, bytes as they came (RFC 7617: UTF-8). */
export interface Credentials {
  readonly user: string;
  readonly password: string;
}

/** undefined when the header is missing or is none. */
export function parseBasic(header: string): Credentials | undefined {
  if (header.slice(0, 6).toLowerCase() !== "basic ") return undefined;
  const text = fromBase64(header.slice(6).trim());
  if (text === undefined) return undefined;
  const colon = text.indexOf(":");
  if (colon < 0) return undefined;
  return { user: text.slice(0, colon), password: text.slice(colon + 1) };
}
