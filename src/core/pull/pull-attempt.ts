import { type Fault, FaultNumber, fault } from "../errors.js";
import type { Bytes, Chunk } from "../ports.js";
import { RunPhase, type UpdateRun } from "../update-run.js";
import { type Announced, announcedBy, isOtherImage, isSurelySame } from "./announced.js";
import { Asker } from "./asker.js";
import { Download } from "./download.js";
import type { Exchange, PullLink } from "./exchange.js";
import { nameOfImage } from "./objection.js";
import { PullError, type PullFault, pullFault } from "./pull-error.js";
import { type PullEnd, type PullJudges, PullOutcome, type PullPlan } from "./pull-plan.js";
import type { ResponseHead } from "./response-head.js";
import { Meaning, rowOf } from "./status-table.js";

const enum Phase {
  Idle = 0,
  /** A request is out; nothing is known yet. */
  Probing = 1,
  /** The offer stands, nobody is connected; the equipment is on its way to its safe state. */
  Preparing = 2,
  /** A request for the image is out. */
  Fetching = 3,
  Receiving = 4,
  /** The connection broke; the next one comes after a pause. */
  Pausing = 5,
  /** All bytes are in; a surplus one would end it. */
  Received = 6,
  Over = 7,
}

/** After the last byte the server closes, or says nothing for so long. ms. */
const surplusMs = 1000;

function ofUpdate(why: Fault): PullFault {
  return { number: why.number, detail: why.text, fault: why };
}

function isPullFault(found: Announced | PullFault): found is PullFault {
  return (found as { number?: number }).number !== undefined;
}

/**
 * One pull: asks, has the equipment made safe, fetches, verifies, commits. The first request asks for one byte only
 * (Range), since a server's bytes could not be kept while valves close; servers that know no ranges answer with all of
 * it, which is taken at once if the equipment is safe at once, and asked for again if not. A broken connection goes on
 * where it broke off. No I/O of its own.
 */
export class PullAttempt {
  private phase: Phase;
  private readonly asker: Asker;
  private readonly exchange: Exchange;
  private download: Download | undefined;
  private tried: boolean;
  private again: number;
  private last: number;
  private outcome: PullEnd | undefined;

  constructor(
    bytes: Bytes,
    private readonly run: UpdateRun,
    link: PullLink,
    private readonly plan: PullPlan,
    private readonly judges: PullJudges,
  ) {
    this.phase = Phase.Idle;
    this.asker = new Asker(bytes, link, plan, judges);
    this.exchange = this.asker.exchange;
    this.download = undefined;
    this.tried = false;
    this.again = 0;
    this.last = 0;
    this.outcome = undefined;
  }

  /** How it ended; undefined while it goes on. */
  result(): PullEnd | undefined {
    return this.outcome;
  }

  start(now: number): void {
    this.phase = Phase.Probing;
    this.asker.ask(now, this.plan.asksVersion ? "" : "bytes=0-0", "");
  }

  onConnected(now: number): void {
    this.exchange.onConnected(now);
  }

  onData(now: number, chunk: Chunk): void {
    if (!this.exchange.isInHead()) {
      this.body(now, chunk);
      return;
    }
    const wrong = this.exchange.onHeadData(now, chunk);
    if (wrong !== PullError.None) this.broken(now, wrong, "");
    const head = this.exchange.head();
    if (head === undefined) return;
    // Before the head is looked at: what it says may lead to another exchange.
    const rest = this.exchange.takeRest();
    this.onHead(now, head);
    if (rest !== undefined && this.phase === Phase.Receiving) this.body(now, rest);
  }

  /** The peer has closed, or the connection could not be made. */
  onClosed(now: number): void {
    if (this.phase === Phase.Received) this.last = now - surplusMs;
    else if (this.exchange.isInHead() || this.phase === Phase.Receiving)
      this.broken(now, this.exchange.lostError(), "");
  }

  /** Time has passed; to be called several times a second. */
  tick(now: number): void {
    if (this.phase === Phase.Idle || this.phase === Phase.Over) return;
    if (this.phase !== Phase.Probing) {
      const unsafe = this.run.poll(now);
      if (unsafe !== undefined) {
        this.failed(unsafe);
        return;
      }
    }
    if (this.phase === Phase.Preparing) {
      this.prepare(now);
      return;
    }
    if (this.phase === Phase.Received) {
      if (now - this.last >= surplusMs) this.conclude(now);
      return;
    }
    const download = this.download;
    const late = this.exchange.lateError(now);
    if (download !== undefined && download.isLate(now))
      this.giveUp(PullError.ReadTimeout, "the download takes too long");
    else if (this.phase === Phase.Pausing) {
      if (now >= this.again) this.fetch(now);
    } else if (late !== PullError.None) this.broken(now, late, "the server says nothing");
  }

  /** Ends it from outside; the equipment goes on. */
  abandon(why: Fault): void {
    if (this.phase !== Phase.Over) this.failed(why);
  }

  private onHead(now: number, head: ResponseHead): void {
    const row = rowOf(head.status);
    if (row.meaning === Meaning.Redirect) {
      const refused = this.asker.follow(now, head.location);
      if (refused.length > 0) this.giveUp(PullError.WrongHttpCode, refused);
    } else if (this.phase === Phase.Probing) this.firstAnswer(now, head);
    else if (row.meaning === Meaning.Update) this.imageAnswer(now, head);
    else if (head.status >= 500) this.broken(now, row.error, `status ${head.status}`);
    else this.giveUp(row.error, `status ${head.status} in the middle of the image`);
  }

  private firstAnswer(now: number, head: ResponseHead): void {
    const row = rowOf(head.status);
    if (row.meaning === Meaning.Failed) {
      this.end(
        PullOutcome.Failed,
        pullFault(row.error, `status ${head.status}`),
        head.version,
        head.retryAfter,
      );
      return;
    }
    if (row.meaning === Meaning.NoUpdates) {
      this.end(PullOutcome.NoUpdates, pullFault(PullError.None, ""), head.version, "");
      return;
    }
    if (this.plan.asksVersion) {
      const isThere = head.version.length > 0;
      const why = pullFault(isThere ? PullError.None : PullError.NoVersion, "");
      this.end(isThere ? PullOutcome.Ok : PullOutcome.Failed, why, head.version, "");
      return;
    }
    const image = announcedBy(head, this.plan.expectedMd5);
    if (isPullFault(image)) {
      this.end(PullOutcome.Failed, image, head.version, "");
      return;
    }
    this.download = new Download(image);
    const against = this.judges.objection(image);
    if (against.length > 0)
      this.end(PullOutcome.NoUpdates, pullFault(PullError.None, against), image.version, "");
    else this.offer(now, image, head.status === 200);
  }

  private offer(now: number, image: Announced, isWhole: boolean): void {
    const refused = this.run.begin(now, {
      command: this.plan.command,
      size: image.size,
      md5: image.md5,
      sha256: image.sha256,
      from: "pull",
      unattended: true,
    });
    if (refused !== undefined) {
      this.end(PullOutcome.Failed, ofUpdate(refused), image.version, "");
      return;
    }
    this.phase = Phase.Preparing;
    if (isWhole && this.run.phase === RunPhase.Prepared) this.receive(now, 0);
    else {
      this.exchange.stop();
      this.prepare(now);
    }
  }

  private prepare(now: number): void {
    const phase = this.run.phase;
    if (phase === RunPhase.Preparing) return;
    if (phase === RunPhase.Prepared) this.fetch(now);
    else this.failed(fault(FaultNumber.Aborted, "update given up"));
  }

  private fetch(now: number): void {
    const download = this.download;
    if (download === undefined) return;
    // How long the valves took is not the server's fault: its time begins now.
    if (this.phase === Phase.Preparing) download.begin(now);
    this.phase = Phase.Fetching;
    download.connects();
    this.asker.ask(now, download.range(), download.tag());
  }

  /** The answer to a request for the image, or for the rest of it. */
  private imageAnswer(now: number, head: ResponseHead): void {
    const download = this.download;
    if (download === undefined) return;
    const found = announcedBy(head, this.plan.expectedMd5);
    if (isPullFault(found)) this.giveUp(found.number, found.detail);
    else if (isOtherImage(download.image, found))
      this.giveUp(PullError.ImageChanged, "the server has another image now");
    else if (found.first + found.length !== found.size)
      this.giveUp(PullError.NoSize, "not the range that was asked for");
    else if (download.done() > 0 && !isSurelySame(download.image, found))
      this.giveUp(PullError.ImageChanged, "nothing says that it is the same image");
    else this.receive(now, found.first);
  }

  /** Bytes of the image follow, from number `first` on. */
  private receive(now: number, first: number): void {
    const download = this.download;
    if (download === undefined) return;
    if (!download.answers(first)) {
      this.giveUp(PullError.NoSize, "not the range that was asked for");
      return;
    }
    if (this.phase === Phase.Preparing) download.begin(now);
    this.phase = Phase.Receiving;
    this.exchange.heard(now);
    if (this.tried) return;
    this.tried = true;
    const refused = this.run.open();
    if (refused !== undefined) this.failed(refused);
  }

  private body(now: number, chunk: Chunk): void {
    const download = this.download;
    if (download === undefined) return;
    if (this.phase !== Phase.Receiving) {
      if (this.phase === Phase.Received) this.surplus();
      return;
    }
    this.exchange.heard(now);
    const piece = download.fresh(chunk);
    if (piece.length === 0) return;
    if (!download.fits(piece)) {
      this.surplus();
      return;
    }
    const refused = this.run.write(piece);
    if (refused !== undefined) {
      this.failed(refused);
      return;
    }
    download.written(piece.length);
    if (!download.isComplete()) return;
    this.phase = Phase.Received;
    this.last = now;
  }

  private surplus(): void {
    this.failed(fault(FaultNumber.Aborted, "the body is longer than announced"));
  }

  private conclude(now: number): void {
    let refused = this.run.verify();
    if (refused === undefined) refused = this.run.commit(now);
    if (refused !== undefined) {
      this.failed(refused);
      return;
    }
    this.run.finish(this.plan.restarts);
    this.end(PullOutcome.Ok, pullFault(PullError.None, ""), this.version(), "");
  }

  /** The connection is of no use any more: another one, or the end. */
  private broken(now: number, error: number, detail: string): void {
    const download = this.download;
    if (this.phase === Phase.Probing || download === undefined) {
      this.giveUp(error, detail);
      return;
    }
    this.exchange.stop();
    const wait = download.pause();
    if (wait < 0) {
      this.giveUp(error, detail);
      return;
    }
    this.again = now + wait;
    this.phase = Phase.Pausing;
  }

  /** Ends it for a reason of HTTP's. In the middle of the image that is the original's "Stream Read Timeout". */
  private giveUp(error: number, detail: string): void {
    const isStream = error > PullError.Space && this.download !== undefined && this.download.done() > 0;
    const said = detail.length > 0 ? detail : `HTTP error ${error}`;
    const why = isStream ? fault(FaultNumber.Stream, "") : fault(FaultNumber.Aborted, said);
    if (this.phase !== Phase.Probing) this.run.fail(why);
    this.end(PullOutcome.Failed, isStream ? ofUpdate(why) : pullFault(error, detail), this.version(), "");
  }

  /** Ends it for a reason of the update's, which the application has heard of already if the run found it out. */
  private failed(why: Fault): void {
    if (this.phase !== Phase.Probing) this.run.fail(why);
    this.end(PullOutcome.Failed, ofUpdate(why), this.version(), "");
  }

  private end(outcome: PullOutcome, why: PullFault, version: string, retryAfter: string): void {
    this.exchange.stop();
    this.phase = Phase.Over;
    this.outcome = {
      outcome: outcome,
      error: why.number,
      detail: why.detail,
      fault: why.fault,
      version: version,
      image: this.download === undefined ? "" : nameOfImage(this.download.image),
      tried: this.tried,
      retryAfter: retryAfter,
    };
  }

  private version(): string {
    return this.download === undefined ? "" : this.download.image.version;
  }
}
