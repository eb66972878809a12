/**
 * When the board acknowledges. Uploaders count answers, not bytes, and cut the image as they like; the board gets it in
 * pieces of its own:
 *   arduino-esp32's espota.py  sends 1024 bytes, then reads once; after the last chunk it reads 10 times more (2.x: 5),
 *                              and one of these has to bring "OK": with an answer too many for each chunk none does
 *   esp8266's espota.py        the same with 1460 bytes; then it reads for as long as there are digits
 *   esp-ota (npm)              sends 1460 bytes or what it was told, then waits for any answer that comes after
 * More than 1024 bytes before the first answer are not arduino-esp32's: then every piece is answered. Otherwise each
 * 1024 bytes are, once: when they are there, or when no more come though some are unanswered, which is a late segment or
 * a smaller chunk. In the end every byte is answered, the last one at once: nobody waits in vain.
 */
const blockLength = 1024;
/** Silence after which a block is answered that has only begun; longer than most segments are late. ms */
const beganMs = 250;
/** The same for the rest of a block that was answered early: more than one answer for a block must stay rare. ms */
const restMs = 2000;
/** Nobody looks so seldom, unless he was kept from it; what came meanwhile is not counted yet. ms */
const longestLookMs = 1000;

/** Counts an image's bytes as they arrive, and how long none has. */
export class AckPacer {
  /** Bytes that have come. */
  received: number;
  /** ms in which nothing came. */
  quietMs: number;
  private size: number;
  private block: number;
  /** Bytes that were answered, and where the last block ends that was. */
  private answered: number;
  private blockEnd: number;
  /** The next answer is due when so many bytes are there. */
  private due: number;
  /** How many there were at the last look, and when that was. */
  private seen: number;
  private lookedAt: number;

  constructor() {
    this.received = 0;
    this.quietMs = 0;
    this.size = 0;
    this.block = blockLength;
    this.answered = 0;
    this.blockEnd = 0;
    this.due = 0;
    this.seen = 0;
    this.lookedAt = 0;
  }

  /**
   * @param size of the image
   * @param eachPiece whether every piece is answered, as who drives the native updater wants it
   */
  start(now: number, size: number, eachPiece: boolean): void {
    this.received = 0;
    this.quietMs = 0;
    this.size = size;
    this.block = eachPiece ? 1 : blockLength;
    this.answered = 0;
    this.seen = 0;
    this.lookedAt = now;
    this.endBlock(0);
  }

  /** A piece came. @returns the number to send; 0: nothing */
  arrived(bytes: number): number {
    this.received += bytes;
    if (this.received < this.due) return 0;
    if (this.answered === 0 && this.received > blockLength) this.block = 1;
    return this.answer(Math.floor(this.received / this.block));
  }

  /** Pieces that were answered elsewhere. */
  skip(bytes: number): void {
    this.received += bytes;
    this.answered += bytes;
  }

  /** Time has passed. @returns the number to send; 0: nothing */
  tick(now: number): number {
    const passed = now - this.lookedAt;
    this.lookedAt = now;
    if (this.received !== this.seen) {
      this.seen = this.received;
      this.quietMs = 0;
      return 0;
    }
    this.quietMs += passed < longestLookMs ? passed : longestLookMs;
    if (this.received === this.answered) return 0;
    if (this.quietMs < (this.received > this.blockEnd ? beganMs : restMs)) return 0;
    // Two equal pieces at the start, silence after each: these are the uploader's chunks.
    if (this.received === 2 * this.answered) this.block = this.answered;
    return this.answer(Math.ceil(this.received / this.block));
  }

  /** @param blocks so many from the start are answered now */
  private answer(blocks: number): number {
    const number = this.received - this.answered;
    this.answered = this.received;
    this.endBlock(blocks);
    return number;
  }

  private endBlock(blocks: number): void {
    this.blockEnd = blocks * this.block;
    const due = this.blockEnd + this.block;
    this.due = due < this.size ? due : this.size;
  }
}
