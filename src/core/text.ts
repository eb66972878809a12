import type { Chunk, Reader } from "./ports.js";

/** Compares two secrets in a time that depends on their length only. */
export function sameText(first: string, second: string): boolean {
  let difference = first.length ^ second.length;
  const length = first.length < second.length ? first.length : second.length;
  for (let i = 0; i < length; i++) difference |= first.charCodeAt(i) ^ second.charCodeAt(i);
  return difference === 0;
}

/** True when `text` is `length` hex digits, either case. */
export function isHex(text: string, length: number): boolean {
  if (text.length !== length) return false;
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i);
    const digit = code >= 48 && code <= 57;
    const lower = code >= 97 && code <= 102;
    const upper = code >= 65 && code <= 70;
    if (!digit && !lower && !upper) return false;
  }
  return true;
}

/** A number of 1 to 10 decimal digits, or -1. */
export function decimal(word: string): number {
  if (word.length === 0 || word.length > 10) return -1;
  let value = 0;
  for (let i = 0; i < word.length; i++) {
    const digit = word.charCodeAt(i) - 48;
    if (digit < 0 || digit > 9) return -1;
    value = value * 10 + digit;
  }
  return value;
}

/** "192.168.1.7" as the four bytes of an address; anything else as "". */
export function addressBytes(dotted: string): string {
  const parts = dotted.split(".");
  let bytes = "";
  for (const part of parts) {
    const value = decimal(part);
    if (part.length > 3 || value < 0 || value > 255) return "";
    bytes += String.fromCharCode(value);
  }
  return parts.length === 4 ? bytes : "";
}

/**
 * Where `needle` begins in `text`, from `from` on, or -1. Espruino since January 2026 (src/jswrap_string.c) also answers
 * with a place near the end at which only the first part of the needle is: `"ab\r\n".indexOf("\r\n\r\n")` is 2. Such an
 * answer comes after every true one, so that it means that there is none.
 */
export function find(text: string, needle: string, from: number): number {
  const at = text.indexOf(needle, from);
  return at + needle.length > text.length ? -1 : at;
}

/** The entry at `index` of a list with "|" between its entries; "" when there are not so many. */
export function entryAt(list: string, index: number): string {
  let from = 0;
  for (let i = 0; i < index; i++) {
    from = list.indexOf("|", from) + 1;
    if (from === 0) return "";
  }
  const end = list.indexOf("|", from);
  return list.slice(from, end < 0 ? list.length : end);
}

/** `text` as a JSON string, for ASCII and what else stands in events; control characters become blanks. */
export function jsonText(text: string): string {
  let safe = '"';
  for (let i = 0; i < text.length; i++) {
    const char = text.charAt(i);
    const code = text.charCodeAt(i);
    if (code < 32 || code > 126) safe += code < 32 ? " " : "?";
    else safe += char === '"' || char === "\\" ? `\\${char}` : char;
  }
  return `${safe}"`;
}

const digits = "0123456789abcdef";

/** `value` as `count` lower-case hex digits; written out because not every engine has `toString(16)`. */
export function hexText(value: number, count: number): string {
  let text = "";
  for (let i = count - 1; i >= 0; i--) text += digits.charAt((value >>> (i * 4)) & 15);
  return text;
}

/** All bytes of `chunk` as lower-case hex. */
export function chunkHex(bytes: Reader, chunk: Chunk): string {
  let text = "";
  for (let i = 0; i < chunk.length; i++) text += hexText(bytes.at(chunk, i), 2);
  return text;
}
