import { FaultNumber } from "../errors.js";
import { type Journal, Record } from "../journal.js";
import type { Bytes, Flash } from "../ports.js";
import type { Reason } from "../reason.js";
import { type StoreLayout, storageHeaderLength } from "../store.js";
import { type Segments, segmentMark } from "./segments.js";

/** Bytes that are read, compared and written at a time: an interpreter has little room. */
const pieceLength = 512;

/**
 * Carries the whole Storage from user1's segment to user2's, block by block, each read back and compared. While it is
 * under way the copy has no first block, so nobody takes it for one. What may still change during an update (journal and
 * notes) goes last, and the journal of the copy then says that the firmware is on trial.
 */
export class StorageMirror {
  private next: number;
  private readonly blocks: number;
  private failure: Reason | undefined;

  constructor(
    private readonly bytes: Bytes,
    private readonly segments: Segments,
    private readonly layout: StoreLayout,
    /** The journal of a Storage, not opened yet. */
    private readonly journalOf: (storage: Flash) => Journal,
  ) {
    this.next = 0;
    this.blocks = segments.here.status().blocks;
    this.failure = undefined;
  }

  /**
   * Goes on until `done` of `total` parts are carried; the first call lets the old copy go.
   * @returns why it cannot
   */
  advance(done: number, total: number): Reason | undefined {
    const until = Math.floor((this.blocks * done) / total);
    try {
      while (this.next < until && this.failure === undefined) {
        if (this.next === 0) this.erase(0);
        else if (this.next >= this.layout.agent[0]) this.copy(this.next);
        this.next++;
      }
    } catch (error) {
      this.fail(error);
    }
    return this.failure;
  }

  /**
   * The rest. Between the two journals saying where the firmware goes and the mark that makes the copy whole, nothing is
   * lost by a cut: without the mark, user1 takes it that the way was never begun.
   * @param journal of user1's own segment
   */
  finish(journal: Journal): Reason | undefined {
    if (this.advance(1, 1) !== undefined) return this.failure;
    try {
      this.seal(journal);
    } catch (error) {
      this.fail(error);
    }
    return this.failure;
  }

  private seal(journal: Journal): void {
    const here = this.segments.here;
    const there = this.segments.there;
    for (let block = 1; block < this.layout.agent[0]; block++) this.copy(block);
    const copy = this.journalOf(there);
    copy.open();
    copy.append(Record.FirmwareOdd);
    const said = this.journalOf(there).open();
    if (!said.firmwareTrial || said.firmwareSlot !== 1) throw new Error("the copy's journal reads otherwise");
    journal.append(Record.FirmwareOdd);
    const head = this.bytes.toText(here.read(storageHeaderLength, 0)) + segmentMark;
    there.write(this.bytes.fromText(head), 0);
    if (this.bytes.toText(there.read(head.length, 0)) !== head) throw new Error("the mark reads otherwise");
  }

  private copy(block: number): void {
    const here = this.segments.here;
    const there = this.segments.there;
    const length = here.status().blockLength;
    const start = block * length;
    if (this.same(start, length)) return;
    this.erase(block);
    for (let at = start; at < start + length; at += pieceLength) {
      const piece = here.read(pieceLength, at);
      if (!this.bytes.isBlank(piece)) there.write(piece, at);
    }
    if (!this.same(start, length)) throw new Error(`block ${block} reads otherwise`);
  }

  private same(start: number, length: number): boolean {
    const here = this.segments.here;
    const there = this.segments.there;
    for (let at = start; at < start + length; at += pieceLength)
      if (!this.bytes.equal(here.read(pieceLength, at), there.read(pieceLength, at))) return false;
    return true;
  }

  private erase(block: number): void {
    const there = this.segments.there;
    const length = there.status().blockLength;
    for (let at = block * length; at < (block + 1) * length; at += pieceLength)
      if (!this.bytes.isBlank(there.read(pieceLength, at))) {
        there.eraseBlock(block, block + 1);
        return;
      }
  }

  private fail(error: unknown): void {
    this.failure = { number: FaultNumber.Verify, text: `Storage is not carried over: ${error}` };
  }
}
