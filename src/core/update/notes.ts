import type { Bytes, Checksum, Chunk, Flash } from "../ports.js";
import { u16, u32, u32Text } from "../read.js";
import { afterErrand } from "./errand.js";
import { eraseBlock, holds, mostLooks, steadyRead } from "./read-back.js";

/**
 * What the application wants to find again after a restart or a power cut: the last note wins. Two blocks take turns,
 * as in the journal, so that there is always one whole note to read.
 *
 *   block   0 2 "SN"   2 2 zero   4 4 generation   8 4 CRC-32 of bytes 0..7   12 … notes
 *   note    0 2 length   2 4 CRC-32 of length and text   6 … text, padded to four bytes
 *   text    the application's; with an errand (errand.ts), or where it begins with 0x01 itself: 0x01 errand 0x01 text
 *
 * What is written is read back, as in the journal. A place that does not take its note is tried once more while it is
 * blank, then the other block.
 */
export const longestNote = 500;

const mark = "\x01";
/** Of an errand (`longestErrand`) and the application's text; in figures as in bundle/trailer.ts. */
const longestText = 500 + 500 + 2;

const headLength = 12;
const noteHead = 6;

function padded(length: number): number {
  return (noteHead + length + 3) & ~3;
}

export class Notes {
  private active = -1;
  private generation = 0;
  /** Where the next note goes, bytes into the active block. */
  private end = 0;
  private last = "";

  /** @param first number of the first of the two blocks */
  constructor(
    private readonly bytes: Bytes,
    private readonly checksum: Checksum,
    private readonly flash: Flash,
    private readonly first: number,
  ) {}

  /** Finds the last whole note. @returns the application's text */
  open(): string {
    this.active = -1;
    this.generation = 0;
    this.end = 0;
    this.last = "";
    for (let i = 0; i < 2; i++) {
      const head = this.read(this.first + i, 0, headLength);
      if (u16(this.bytes, head, 0) !== 0x4e53) continue;
      if (this.checksum.crc32(head.slice(0, 8)) !== u32(this.bytes, head, 8)) continue;
      const generation = u32(this.bytes, head, 4);
      if (this.active >= 0 && generation < this.generation) continue;
      this.active = this.first + i;
      this.generation = generation;
    }
    if (this.active >= 0) this.scan();
    return this.recall();
  }

  /** What the application remembers. */
  recall(): string {
    return this.last.charAt(0) === mark ? this.last.slice(this.last.indexOf(mark, 1) + 1) : this.last;
  }

  /** What the board restarts for, or "". */
  errand(): string {
    return this.last.charAt(0) === mark ? this.last.slice(1, this.last.indexOf(mark, 1)) : "";
  }

  /** @param text at most `longestNote` chars of 0..255 each. @returns whether flash keeps it; if not, the last note stands */
  remember(text: string): boolean {
    return text.length <= longestNote && this.write(this.errand(), text);
  }

  /** What the board has restarted for, to be done once. */
  takeErrand(): string {
    const errand = this.errand();
    const rest = errand === "" ? "" : afterErrand(errand);
    if (rest !== errand) this.setErrand(rest);
    return errand;
  }

  /** @param errand at most 500 chars, none of them 0x01; "": there is none any more. @returns whether flash keeps it */
  setErrand(errand: string): boolean {
    return this.write(errand, this.recall());
  }

  private write(errand: string, text: string): boolean {
    const isMarked = errand.length > 0 || text.charAt(0) === mark;
    const note = isMarked ? mark + errand + mark + text : text;
    if (note === this.last && this.active >= 0) return true;
    const length = String.fromCharCode(note.length & 255, note.length >> 8);
    const crc = this.checksum.crc32(this.bytes.fromText(length + note));
    const record = this.bytes.fromText(length + u32Text(crc) + note);
    const isKept = this.add(record) || this.turn(record);
    if (isKept) this.last = note;
    return isKept;
  }

  /** Behind the last note. */
  private add(record: Chunk): boolean {
    const end = this.end + ((record.length + 3) & ~3);
    const blockLength = this.flash.status().blockLength;
    if (this.active < 0 || end > blockLength) return false;
    const at = this.active * blockLength + this.end;
    for (let tries = 0; tries < 2; tries++) {
      if (tries > 0 && !this.bytes.isBlank(this.flash.read(record.length, at))) break;
      this.flash.write(record, at);
      if (!holds(this.bytes, this.flash, record, at)) continue;
      this.end = end;
      return true;
    }
    // What lies there now may hide all that comes behind it.
    this.end = blockLength;
    return false;
  }

  /** Into the other block. The note goes in before the head: until the head is whole, the old block and its note stand. */
  private turn(record: Chunk): boolean {
    const blockLength = this.flash.status().blockLength;
    const isFound = this.active >= 0;
    let block = this.active === this.first ? this.first + 1 : this.first;
    const text = `SN\0\0${u32Text(this.generation + 1)}`;
    const head = this.bytes.fromText(text + u32Text(this.checksum.crc32(this.bytes.fromText(text))));
    for (let tries = 0; tries < 4; tries++) {
      // Without an old block any of the two will do.
      if (tries === 2 && !isFound) block = this.first + 1;
      const at = block * blockLength;
      if (!eraseBlock(this.bytes, this.flash, block)) continue;
      this.flash.write(record, at + headLength);
      if (!holds(this.bytes, this.flash, record, at + headLength)) continue;
      this.flash.write(head, at);
      if (!holds(this.bytes, this.flash, head, at)) continue;
      this.active = block;
      this.generation++;
      this.end = headLength + ((record.length + 3) & ~3);
      return true;
    }
    return false;
  }

  private scan(): void {
    const blockLength = this.flash.status().blockLength;
    const start = this.active * blockLength;
    this.end = headLength;
    while (this.end + noteHead <= blockLength) {
      const head = this.read(this.active, this.end, noteHead);
      if (this.bytes.isBlank(head)) {
        // A cut may have left its only trace behind the head.
        let reach = blockLength - this.end;
        if (reach > padded(longestText)) reach = padded(longestText);
        if (!this.bytes.isBlank(this.flash.read(reach, start + this.end))) this.end = blockLength;
        return;
      }
      const length = u16(this.bytes, head, 0);
      if (length > longestText || this.end + padded(length) > blockLength) {
        // A length that a cut left unfinished: where the next note would begin is not known any more.
        this.end = blockLength;
        return;
      }
      for (let looks = 0; looks < mostLooks; looks++) {
        const text = this.bytes.toText(this.flash.read(length, start + this.end + noteHead));
        const whole = this.bytes.fromText(this.bytes.toText(head.slice(0, 2)) + text);
        if (this.checksum.crc32(whole) !== u32(this.bytes, head, 2)) continue;
        this.last = text;
        break;
      }
      this.end += padded(length);
    }
  }

  private read(block: number, offset: number, length: number): Chunk {
    const at = block * this.flash.status().blockLength + offset;
    return steadyRead(this.bytes, this.flash, length, at);
  }
}
