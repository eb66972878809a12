import { type Fault, FaultNumber, fault } from "../errors.js";
import { judgeHead } from "../image/judge.js";
import type { ImageTools } from "../image/source.js";
import type { ImageTarget } from "../image/target.js";
import { type Journal, Record } from "../journal.js";
import type { Chunk } from "../ports.js";
import type { StorageMirror } from "./storage-mirror.js";

/** The slot that does not run, which the native updater writes and the agent reads. */
export interface OtherSlot {
  /** Why it cannot be read from here, or undefined. */
  readonly refusal: () => Fault | undefined;
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
    private readonly tools: ImageTools,
    private readonly slot: OtherSlot,
    private readonly image: ImageTarget,
    private readonly journal: Journal,
    /** From user1 only: its Storage goes along. */
    private readonly mirror: StorageMirror | undefined,
  ) {
    this.head = undefined;
    this.compared = 0;
    this.size = 0;
  }

  judge(head: Chunk, size: number): Fault | undefined {
    const unread = this.slot.refusal();
    if (unread !== undefined) return unread;
    const judged = judgeHead(this.tools, head, size, this.image);
    this.size = size;
    return judged.fault;
  }

  write(chunk: Chunk): Fault | undefined {
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

  verify(): Fault | undefined {
    if (this.compared === this.size) return undefined;
    return fault(FaultNumber.Verify, `${this.compared} of ${this.size} bytes were compared with flash`);
  }

  commit(): Fault | undefined {
    if (this.mirror !== undefined) return this.mirror.finish(this.journal);
    try {
      this.journal.append(Record.FirmwareEven);
    } catch (error) {
      return fault(FaultNumber.Commit, `${error}`);
    }
    return undefined;
  }

  private compare(chunk: Chunk): Fault | undefined {
    const at = this.compared;
    try {
      if (!this.tools.bytes.equal(this.slot.read(chunk.length, at), chunk))
        return fault(
          FaultNumber.Verify,
          `flash differs from the image within ${chunk.length} bytes from ${at} on`,
        );
    } catch (error) {
      return fault(FaultNumber.Read, `${error}`);
    }
    this.compared += chunk.length;
    return undefined;
  }
}
