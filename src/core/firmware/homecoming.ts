import { type AppHeader, appHeaderLength } from "../app-header.js";
import { type BootState, type Journal, Record } from "../journal.js";
import type { Notes } from "../notes.js";
import type { Bytes, Checksum, Flash } from "../ports.js";
import type { SlotWriter } from "../slot-writer.js";
import type { StoreLayout } from "../store.js";
import { type Segments, segmentMark, segmentMarkOffset } from "./segments.js";

const pieceLength = 512;

/** A bundle on its way home. */
interface Carried {
  /** Block numbers, and bytes. */
  readonly from: number;
  readonly to: number;
  readonly size: number;
  readonly header: AppHeader;
  readonly record: number;
}

/** The board's parts that are there anyhow, for both Storages. */
export interface HomeParts {
  readonly bytes: Bytes;
  readonly checksum: Checksum;
  readonly segments: Segments;
  readonly layout: StoreLayout;
  /** Of user1's own segment, open. */
  readonly journal: Journal;
  /** For user1's own segment. */
  readonly writer: SlotWriter;
  readonly journalOf: (storage: Flash) => Journal;
  readonly notesOf: (storage: Flash) => Notes;
  /** The header of the bundle that begins at a block, or undefined where none of this board's does. */
  readonly headerAt: (storage: Flash, block: number) => AppHeader | undefined;
}

/**
 * user1 runs again, and its journal says that the firmware was to go to user2. Either it never went: then all stays as
 * it is. Or it has been there: then what user2's Storage has that is newer (agent, app, the application's note) is
 * carried home, each bundle into the slot that does not run, compared, and on trial as if it had been sent.
 */
export class Homecoming {
  private readonly jobs: Carried[];
  private readonly theirs: BootState;
  private readonly went: boolean;
  private done: number;
  private text: string;

  constructor(private readonly parts: HomeParts) {
    this.jobs = [];
    this.done = 0;
    this.text = "";
    this.theirs = parts.journalOf(parts.segments.there).open();
    this.went = this.marked() && !this.untouched();
    if (!this.went) return;
    const mine = parts.journal.current();
    this.plan(parts.layout.agent, mine.agent, this.theirs.agent, [Record.AgentA, Record.AgentB]);
    this.plan(parts.layout.app, mine.app, this.theirs.app, [Record.AppA, Record.AppB]);
  }

  /** Whether user2 ran in between. */
  wasAway(): boolean {
    return this.went;
  }

  /** What came along, for the log: "garden@2.0.0". */
  carried(): string {
    return this.text;
  }

  /** One block's worth of work. @returns whether it is over; the board then restarts */
  step(): boolean {
    const job = this.jobs[0];
    if (job === undefined) {
      this.settle();
      return true;
    }
    const parts = this.parts;
    const length = parts.layout.blockLength;
    if (this.done === 0) parts.writer.begin(job.to, Math.ceil(job.size / length));
    const until = Math.min(job.size, this.done + length);
    while (this.done < until) {
      const count = Math.min(pieceLength, until - this.done);
      // A piece that does not go in shows when the whole is looked at.
      parts.writer.write(parts.segments.there.read(count, job.from * length + this.done));
      this.done += count;
    }
    if (this.done < job.size) return false;
    if (this.isWhole(job)) {
      parts.journal.append(job.record);
      this.text += `${this.text.length > 0 ? ", " : ""}${job.header.name}@${job.header.version}`;
    }
    this.jobs.shift();
    this.done = 0;
    return false;
  }

  /** The last step: from here on user1's own Storage counts again. */
  private settle(): void {
    const parts = this.parts;
    if (!this.went) {
      parts.journal.append(Record.FirmwareBack);
      return;
    }
    const notes = parts.notesOf(parts.segments.here);
    const mine = notes.open();
    const old = parts.notesOf(parts.segments.there);
    const theirs = old.open();
    if (theirs !== mine) notes.remember(theirs);
    const sent = this.theirs.firmwareTrial && this.theirs.firmwareSlot === 0;
    parts.journal.append(sent ? Record.FirmwareEven : Record.FirmwareBack);
    // Whoever restarts the chip into user2 some day must not have it go on with what was interrupted now.
    if (theirs.length > 0) old.remember("");
  }

  private marked(): boolean {
    const mark = this.parts.segments.there.read(segmentMark.length, segmentMarkOffset);
    return this.parts.bytes.toText(mark) === segmentMark;
  }

  /** As the mirror left it: not one start has been counted there. */
  private untouched(): boolean {
    return this.theirs.firmwareTrial && this.theirs.firmwareSlot === 1 && this.theirs.attempts === 0;
  }

  /** @param slots blocks of the two slots; @param records what puts the first, or the second, on trial */
  private plan(slots: number[], mine: number, theirs: number, records: number[]): void {
    const parts = this.parts;
    const header = parts.headerAt(parts.segments.there, slots[theirs]);
    if (header === undefined) return;
    const own = parts.headerAt(parts.segments.here, slots[mine]);
    if (own !== undefined && own.payloadCrc === header.payloadCrc && own.version === header.version) return;
    const free = 1 - mine;
    this.jobs.push({
      from: slots[theirs],
      to: slots[free],
      size: appHeaderLength + header.payloadLength,
      header: header,
      record: records[free],
    });
  }

  /** What its header says of the code is true, and the header is the one that was read. */
  private isWhole(job: Carried): boolean {
    const parts = this.parts;
    const here = parts.segments.here;
    const start = job.to * parts.layout.blockLength;
    const own = parts.headerAt(here, job.to);
    if (own === undefined || own.payloadCrc !== job.header.payloadCrc) return false;
    if (own.payloadLength !== job.header.payloadLength) return false;
    return parts.checksum.crc32(here.read(own.payloadLength, start + appHeaderLength)) === own.payloadCrc;
  }
}
