const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/** Base64 (RFC 4648 §4) of binary text, one char a byte. */
export function toBase64(text: string): string {
  let coded = "";
  for (let i = 0; i < text.length; i += 3) {
    const left = text.length - i;
    const second = left > 1 ? text.charCodeAt(i + 1) : 0;
    const third = left > 2 ? text.charCodeAt(i + 2) : 0;
    const bits = (text.charCodeAt(i) << 16) | (second << 8) | third;
    coded += alphabet.charAt(bits >> 18) + alphabet.charAt((bits >> 12) & 63);
    coded += left > 1 ? alphabet.charAt((bits >> 6) & 63) : "=";
    coded += left > 2 ? alphabet.charAt(bits & 63) : "=";
  }
  return coded;
}

/** The value of an Authorization header: the original's setAuthorization(user, password). "" when either is empty. */
export function basicAuthorization(user: string, password: string): string {
  return user.length === 0 || password.length === 0 ? "" : `Basic ${toBase64(`${user}:${password}`)}`;
}
