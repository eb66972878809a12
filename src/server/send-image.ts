import { createHash } from "node:crypto";
import type { EventEmitter } from "node:events";
import { type FileHandle, open, stat } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import type { ServedImage } from "./images/served-image.js";
import type { ByteRange } from "./wire/range.js";

export interface SendResult {
  /**
   * sent: all requested bytes went out, and they were the image's. changed: the file is not what was judged, and the
   * connection was broken off before its last bytes. broken: the board went away, or took no byte for too long.
   */
  readonly kind: "sent" | "changed" | "broken";
  readonly bytes: number;
}

const pieceLength = 64 * 1024;

/**
 * Sends the body of an image, or a range of it, behind a head that has been written. The whole file is hashed on the
 * way, and its last piece goes out only when all of it was the image that was judged: a board never gets the full
 * length of anything else.
 * @param idleMs how long the board may take no byte; safe state and flash make boards slow
 */
export async function sendImage(
  response: ServerResponse,
  root: string,
  image: ServedImage,
  range: ByteRange,
  idleMs: number,
): Promise<SendResult> {
  const path = join(root, image.file);
  let bytes = 0;
  /** Sends what of a piece lies in the range. @param offset where it begins in the image */
  const pass = async (piece: Buffer, offset: number): Promise<void> => {
    const from = Math.max(range.first - offset, 0);
    const to = Math.min(range.last + 1 - offset, piece.length);
    if (from >= to) return;
    if (response.destroyed) throw new Gone();
    const taken = response.write(piece.subarray(from, to));
    bytes += to - from;
    if (taken) return;
    if (response.destroyed || (await firstOf(response, ["drain", "close"], idleMs)) !== "drain")
      throw new Gone();
  };
  let file: FileHandle | undefined;
  try {
    file = await open(path, "r");
    const before = await file.stat();
    const md5 = createHash("md5");
    const piece = Buffer.allocUnsafe(Math.min(pieceLength, Math.max(1, image.size)));
    let held: Buffer = Buffer.alloc(0);
    for (let at = 0; at < image.size; ) {
      const { bytesRead } = await file.read(piece, 0, Math.min(piece.length, image.size - at), at);
      if (bytesRead === 0) break;
      await pass(held, at - held.length);
      held = Buffer.from(piece.subarray(0, bytesRead));
      md5.update(held);
      at += bytesRead;
    }
    const now = await stat(path);
    const same =
      md5.digest("hex") === image.md5 &&
      now.ino === before.ino &&
      now.size === image.size &&
      now.mtimeMs === before.mtimeMs;
    if (!same) throw new Error("not what was judged");
    await pass(held, image.size - held.length);
    await end(response, idleMs);
    return { kind: "sent", bytes };
  } catch (error) {
    response.destroy();
    return { kind: error instanceof Gone ? "broken" : "changed", bytes };
  } finally {
    await file?.close();
  }
}

/** The board closed the connection before it had all, or took no byte for too long. */
class Gone extends Error {}

/**
 * Ends our half and waits for the board to end its own. A board that closes with bytes unread resets the connection;
 * one that just goes silent may well have restarted into the image, so that its sending counts.
 */
async function end({ socket }: ServerResponse, idleMs: number): Promise<void> {
  if (socket === null || socket.destroyed) throw new Gone();
  const ended = firstOf(socket, ["end", "error", "close"], idleMs);
  socket.end();
  const event = await ended;
  socket.destroy();
  if (event === "error") throw new Gone();
}

/** The first of these events; undefined when none comes within `ms`. */
function firstOf(from: EventEmitter, events: readonly string[], ms: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const settle = (event?: string): void => {
      clearTimeout(timer);
      for (const [name, listener] of listeners) from.off(name, listener);
      resolve(event);
    };
    const timer = setTimeout(settle, ms);
    const listeners = events.map((event) => [event, () => settle(event)] as const);
    for (const [name, listener] of listeners) from.on(name, listener);
  });
}
