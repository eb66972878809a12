/**
 * Where `needle` begins in `text`, from `from` on, or -1. Espruino since January 2026 (src/jswrap_string.c) also answers
 * with a place near the end at which only the first part of the needle is: `"ab\r\n".indexOf("\r\n\r\n")` is 2. Such an
 * answer comes after every true one, so that it says that there is none.
 */
export function find(text: string, needle: string, from: number): number {
  const at = text.indexOf(needle, from);
  return at + needle.length > text.length ? -1 : at;
}
