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
