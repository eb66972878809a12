/**
 * When the board acknowledges. Uploaders count answers, not bytes, and cut the image as they like; the board gets it in
 * pieces of its own:
 *   arduino-esp32's espota.py  sends 1024 bytes, then reads once; after the last chunk it reads 10 times more (2.x: 5),
 *                              and one of these has to bring "OK": with an answer too many for each chunk none does
 *   esp8266's espota.py        the same with 1460 bytes; then it reads for as long as there are digits
 *   esp-ota (npm)              sends 1460 bytes or as configured, then waits for any answer that comes after
 * More than 1024 bytes before the first answer are not arduino-esp32's: then every piece is answered. Otherwise each
 * 1024 bytes are, once: when they are there, or when no more come though some are unanswered, which is a late segment or
 * a smaller chunk. In the end every byte is answered, the last one at once: no uploader waits in vain. Our own uploader does
 * not wait for each, and gets one for each 4096 bytes.
 */
const blockLength = 1024;
const ownBlockLength = 4096;
/** Silence after which a block is answered that has only begun; longer than most segments are late. ms */
const beganMs = 250;
/** The same for the rest of a block that was answered early: more than one answer for a block must stay rare. ms */
const restMs = 2000;
/** A longer gap between two ticks means that the runtime was busy: no more than this counts as silence. ms */
const longestLookMs = 1000;

/** Follows an image's bytes as they come, and the time in which none does. */
export class AckPacer {
  /** ms without any, as far as `tick` was called. */
  quietMs = 0;
  /** Bytes received at the last tick. */
  private seen = 0;
  /** Bytes that were answered. */
  private answered = 0;
  /** The next answer is due at this many bytes. */
  due: number;
  /** Bytes that one answer is for; 1: every piece is answered as it comes, and `arrived` need not be called any more. */
  block: number;

  constructor(
    /** When `tick` was last called, ms. */
    private lookedAt: number,
    private readonly size: number,
    /** It is our own uploader. */
    private readonly isOwn: boolean,
  ) {
    this.block = isOwn ? ownBlockLength : blockLength;
    this.due = this.block;
  }

  /** A piece came. @param received all bytes that have @returns the number to send; 0: nothing */
  arrived(received: number): number {
    if (received < this.due && received < this.size) return 0;
    if (this.answered === 0 && received > blockLength && !this.isOwn) this.block = 1;
    this.due = received - (received % this.block) + this.block;
    return this.answer(received);
  }

  /** Time has passed. @returns the number to send; 0: nothing */
  tick(now: number, received: number): number {
    if (received === this.seen) this.quietMs += Math.min(now - this.lookedAt, longestLookMs);
    else this.quietMs = 0;
    this.seen = received;
    this.lookedAt = now;
    const hasBegun = received > this.due - this.block;
    if (this.block === 1 || received === this.answered || this.quietMs < (hasBegun ? beganMs : restMs))
      return 0;
    if (hasBegun) this.due += this.block;
    // Two equal pieces at the start, silence after each: these are the uploader's chunks.
    if (received === 2 * this.answered) {
      this.block = this.answered;
      this.due = received + this.block;
    }
    return this.answer(received);
  }

  private answer(received: number): number {
    const number = received - this.answered;
    this.answered = received;
    return number;
  }
}
