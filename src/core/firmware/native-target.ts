import { FaultNumber } from "../errors.js";
import { v2HeadLength, v2Magic, v2Segments } from "../image/esp8266-v2-head.js";
import { type Journal, Record } from "../journal.js";
import type { Bytes, Chunk } from "../ports.js";
import type { Reason } from "../reason.js";
import type { StorageMirror } from "./storage-mirror.js";

/** The slot that does not run, which the native updater writes and the agent reads. */
export interface OtherSlot {
  /** Why it cannot be read from here, or undefined. */
  readonly refusal: () => Reason | undefined;
  /** Bytes of the slot, `offset` counted from its start. Throws when they cannot be had. */
  readonly read: (length: number, offset: number) => Chunk;
}

/**
 * Accompanies an image that somebody else writes: Espruino's updater on port 88 of an ESP8266. What arrives here is
 * never written, it is compared with flash. The sender gives the first bytes, which are judged; then port 88 the whole
 * image; then the rest here. Nothing is committed unless every byte in flash is the one that was sent.
 */
export class NativeTarget {
  /** The first bytes: they are not in flash yet when they come. */
  private head: Chunk | undefined;
  private compared: number;
  private size: number;

  constructor(
    private readonly bytes: Bytes,
    private readonly slot: OtherSlot,
    /** 1 or 2, which slot that is. */
    private readonly userBin: number,
    private readonly journal: Journal,
    /** From user1 only: its Storage goes along. */
    private readonly mirror: StorageMirror | undefined,
  ) {
    this.head = undefined;
    this.compared = 0;
    this.size = 0;
  }

  judge(head: Chunk, size: number): Reason | undefined {
    const unread = this.slot.refusal();
    if (unread !== undefined) return unread;
    this.size = size;
    const bytes = this.bytes;
    if (head.length < v2HeadLength || bytes.at(head, 0) !== v2Magic || bytes.at(head, 1) !== v2Segments)
      return { number: FaultNumber.WrongKind, text: "port 88 takes user images (EA 04) only" };
    // Whoever sent it has judged all of it; this is what would be found out by a chip that does not start any more.
    const slot = bytes.at(head, 3);
    const entry = bytes.at(head, 6) === 0x10 && bytes.at(head, 7) === 0x40;
    if (entry && (slot > 2 || slot + 1 === this.userBin)) return undefined;
    return { number: FaultNumber.WrongBoard, text: `no image for user${this.userBin}` };
  }

  write(chunk: Chunk): Reason | undefined {
    const head = this.head;
    if (head === undefined && this.compared === 0) {
      this.head = chunk;
      return undefined;
    }
    this.head = undefined;
    let failed = head === undefined ? undefined : this.compare(head);
    if (failed === undefined) failed = this.compare(chunk);
    if (failed === undefined && this.mirror !== undefined)
      failed = this.mirror.advance(this.compared, this.size);
    return failed;
  }

  verify(): Reason | undefined {
    if (this.compared === this.size) return undefined;
    return {
      number: FaultNumber.Verify,
      text: `${this.compared} of ${this.size} bytes were compared with flash`,
    };
  }

  commit(): Reason | undefined {
    if (this.mirror !== undefined) return this.mirror.finish(this.journal);
    try {
      this.journal.append(Record.FirmwareEven);
    } catch (error) {
      return { number: FaultNumber.Commit, text: `${error}` };
    }
    return undefined;
  }

  private compare(chunk: Chunk): Reason | undefined {
    const at = this.compared;
    try {
      if (!this.bytes.equal(this.slot.read(chunk.length, at), chunk))
        return {
          number: FaultNumber.Verify,
          text: `flash differs from the image within ${chunk.length} bytes from ${at} on`,
        };
    } catch (error) {
      return { number: FaultNumber.Read, text: `${error}` };
    }
    this.compared += chunk.length;
    return undefined;
  }
}
