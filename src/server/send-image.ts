import { createHash } from "node:crypto";
import { type FileHandle, open, stat } from "node:fs/promises";
import type { ServerResponse } from "node:http";
import { join } from "node:path";
import type { ServedImage } from "./images/served-image.js";
import type { ByteRange } from "./wire/range.js";

export type SendResult =
  /** All bytes asked for went out, and they were the image's. */
  | { readonly kind: "sent"; readonly bytes: number }
  /** The file is not what was judged: the connection was broken off before its last bytes. */
  | { readonly kind: "changed"; readonly bytes: number }
  /** The board went away, or took no byte for too long. */
  | { readonly kind: "broken"; readonly bytes: number; readonly why: string };

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
  const sender = new Sender(response, range, idleMs);
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
      await sender.pass(held, at - held.length);
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
    if (!same) return sender.breakOff();
    await sender.pass(held, image.size - held.length);
    await sender.end();
    return { kind: "sent", bytes: sender.bytes };
  } catch (error) {
    response.destroy();
    if (error instanceof Gone) return { kind: "broken", bytes: sender.bytes, why: error.message };
    return { kind: "changed", bytes: sender.bytes };
  } finally {
    await file?.close();
  }
}

class Gone extends Error {}

const closedEarly = "the board closed the connection before it had all";

class Sender {
  bytes = 0;

  constructor(
    private readonly response: ServerResponse,
    private readonly range: ByteRange,
    private readonly idleMs: number,
  ) {}

  /** Sends what of a piece at `offset` of the file is inside the range. */
  async pass(piece: Buffer, offset: number): Promise<void> {
    const from = Math.max(this.range.first - offset, 0);
    const to = Math.min(this.range.last + 1 - offset, piece.length);
    if (from >= to) return;
    if (this.response.destroyed) throw new Gone(closedEarly);
    const taken = this.response.write(piece.subarray(from, to));
    this.bytes += to - from;
    if (!taken) await this.drained();
  }

  /**
   * Ends our half and waits for the board to end its own. A board that closes with bytes unread resets the connection;
   * one that just goes silent may well have restarted into the image, so that its sending counts.
   */
  end(): Promise<void> {
    const { socket } = this.response;
    if (socket === null || socket.destroyed) return Promise.reject(new Gone(closedEarly));
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => () => {
        clearTimeout(timer);
        socket.off("end", done).off("error", broken).off("close", done);
        socket.destroy();
        act();
      };
      const done = settle(resolve);
      const broken = settle(() => reject(new Gone(closedEarly)));
      const timer = setTimeout(done, this.idleMs);
      socket.on("end", done).on("error", broken).on("close", done);
      socket.end();
    });
  }

  breakOff(): SendResult {
    this.response.destroy();
    return { kind: "changed", bytes: this.bytes };
  }

  private drained(): Promise<void> {
    const { response } = this;
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => () => {
        clearTimeout(timer);
        response.off("drain", done).off("close", closed);
        act();
      };
      const done = settle(resolve);
      const closed = settle(() => reject(new Gone(closedEarly)));
      const timer = setTimeout(
        settle(() => reject(new Gone(`the board took no byte for ${this.idleMs} ms`))),
        this.idleMs,
      );
      response.on("drain", done).on("close", closed);
      if (response.destroyed) closed();
    });
  }
}
