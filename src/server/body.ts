import type { IncomingMessage } from "node:http";

export class BodyTooLarge extends Error {}

/** Reads a request's body of at most `limit` bytes. Rejects with BodyTooLarge, or when the sender gives up. */
export async function readBody(request: IncomingMessage, limit: number): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of request as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > limit) throw new BodyTooLarge(`more than ${limit} bytes`);
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
