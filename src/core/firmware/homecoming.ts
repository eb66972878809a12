import { type AppHeader, appHeaderLength } from "../app-header.js";
import type { BundleSlots } from "../bundle-slots.js";
import { type BootState, Journal, Record } from "../journal.js";
import { Notes } from "../notes.js";
import type { Bytes, Checksum, Chunk } from "../ports.js";
import { SlotWriter } from "../slot-writer.js";
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

/**
 * user1 runs again, and its journal says that the firmware was to go to user2. Either it never went: then all stays as
 * it is. Or it has been there: then what user2's Storage has that is newer (agent, app, the application's note) is
 * carried home, each bundle into the slot that does not run, compared, and on trial as if it had been sent.
 */
export class Homecoming {
  private readonly jobs: Carried[];
  private readonly writer: SlotWriter;
  private readonly theirs: BootState;
  private readonly went: boolean;
  private done: number;
  private text: string;

  constructor(
    private readonly bytes: Bytes,
    private readonly checksum: Checksum,
    private readonly segments: Segments,
    private readonly layout: StoreLayout,
    /** Of user1's own segment, open. */
    private readonly journal: Journal,
    private readonly own: BundleSlots,
    there: BundleSlots,
  ) {
    this.jobs = [];
    this.done = 0;
    this.text = "";
    this.writer = new SlotWriter(bytes, segments.here);
    this.theirs = new Journal(bytes, checksum, segments.there, layout.journal).open();
    this.went = this.marked() && !this.untouched();
    if (!this.went) return;
    const mine = journal.current();
    this.plan("agent", there, mine.agent, this.theirs.agent);
    this.plan("app", there, mine.app, this.theirs.app);
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
    if (this.done === 0) this.writer.begin(job.to, Math.ceil(job.size / this.layout.blockLength));
    const until = Math.min(job.size, this.done + this.layout.blockLength);
    while (this.done < until) {
      const length = Math.min(pieceLength, until - this.done);
      const from = job.from * this.layout.blockLength + this.done;
      // A piece that does not go in shows when the whole is looked at.
      this.writer.write(this.segments.there.read(length, from));
      this.done += length;
    }
    if (this.done < job.size) return false;
    if (this.isWhole(job)) {
      this.journal.append(job.record);
      this.text += `${this.text.length > 0 ? ", " : ""}${job.header.name}@${job.header.version}`;
    }
    this.jobs.shift();
    this.done = 0;
    return false;
  }

  /** The last step: from here on user1's own Storage counts again. */
  private settle(): void {
    if (!this.went) {
      this.journal.append(Record.FirmwareBack);
      return;
    }
    const note = new Notes(this.bytes, this.checksum, this.segments.there, this.layout.notes).open();
    const notes = new Notes(this.bytes, this.checksum, this.segments.here, this.layout.notes);
    notes.open();
    notes.remember(note);
    const sent = this.theirs.firmwareTrial && this.theirs.firmwareSlot === 0;
    this.journal.append(sent ? Record.FirmwareEven : Record.FirmwareBack);
  }

  private marked(): boolean {
    const mark = this.segments.there.read(segmentMark.length, segmentMarkOffset);
    return this.bytes.toText(mark) === segmentMark;
  }

  /** As the mirror left it: not one start has been counted there. */
  private untouched(): boolean {
    return this.theirs.firmwareTrial && this.theirs.firmwareSlot === 1 && this.theirs.attempts === 0;
  }

  private plan(kind: "agent" | "app", there: BundleSlots, mine: number, theirs: number): void {
    const here = this.own;
    const isApp = kind === "app";
    const header = isApp ? there.app(theirs) : there.agent(theirs);
    const from = isApp ? there.appBlock(theirs) : there.agentBlock(theirs);
    if (header === undefined) return;
    const own = isApp ? here.app(mine) : here.agent(mine);
    if (own !== undefined && own.payloadCrc === header.payloadCrc && own.version === header.version) return;
    const free = 1 - mine;
    const record = isApp
      ? free === 0
        ? Record.AppA
        : Record.AppB
      : free === 0
        ? Record.AgentA
        : Record.AgentB;
    this.jobs.push({
      from: from,
      to: isApp ? here.appBlock(free) : here.agentBlock(free),
      size: appHeaderLength + header.payloadLength,
      header: header,
      record: record,
    });
  }

  /** The same bytes, and what the header says of them is true. */
  private isWhole(job: Carried): boolean {
    if (!this.own.isSound(job.to, job.header)) return false;
    const length = this.layout.blockLength;
    for (let at = 0; at < job.size; at += pieceLength) {
      const count = Math.min(pieceLength, job.size - at);
      const sent: Chunk = this.segments.there.read(count, job.from * length + at);
      if (!this.bytes.equal(sent, this.segments.here.read(count, job.to * length + at))) return false;
    }
    return true;
  }
}
