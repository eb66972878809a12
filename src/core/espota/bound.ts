import type { Invitation } from "./wire.js";

/**
 * Our uploader's cnonce, hex digits: random ones, a mark, and a hash of what the password is given for. The response covers
 * it, so who relays an answer can change none of this.
 *
 *     5/16   random
 *     3/16   mark: it is our uploader's, so it is bound; no board accepts it unbound
 *     8/16   hash of nonce and invitation: the sender received the nonce, and means this image
 *
 * @param md5 hex of the MD5 of a text
 */
export function boundCnonce(
  md5: (text: string) => string,
  nonce: string,
  random: string,
  meant: Invitation,
): string {
  const own = markedCnonce(md5, nonce, random);
  const what = `${meant.command} ${meant.port} ${meant.size} ${meant.md5}`;
  return own + md5(`${nonce}:${own}:${what}`).slice(0, nonce.length / 2);
}

/** Its first half. */
export function markedCnonce(md5: (text: string) => string, nonce: string, random: string): string {
  const digits = (nonce.length * 5) / 16;
  return (
    random.slice(0, digits) +
    md5(`sluice:${nonce}:${random.slice(0, digits)}`).slice(digits, nonce.length / 2)
  );
}
