import { type Fault, FaultNumber } from "../errors.js";
import { UpdatePhase } from "../update/update.js";
import type { HttpHead } from "./head.js";
import { plainType, type WebReply } from "./reply.js";
import { type Upload, type WebHost, type WebSocket, WebStep, WebUploadStage } from "./steps.js";
import { bodySilenceMs } from "./upload.js";

/** Inlined: on the board each would take a variable. */
const enum Limit {
  /** Longest request line with headers that is taken, bytes. */
  HeadBytes = 2048,
  /** ms until the first byte must be in, the whole head, and until the peer must have taken a piece of the answer. */
  FirstByteMs = 2000,
  HeadMs = 5000,
  SendMs = 10000,
  /** The same for a piece where another visitor needs the place. */
  CrowdedSendMs = 1000,
  /** A refused body is read and dropped for so long: closing before it is in would reset the connection and lose the answer. */
  LingerMs = 30000,
  LingerSilenceMs = 3000,
  /** Of an image, bytes from the first one on: they hold the head, which is judged. */
  JudgedBytes = 512,
}

const enum State {
  Head = 0,
  Body = 1,
  /** The answer is on its way; pieces of the page may have to follow. */
  Answer = 2,
  /** The answer is out; what the peer still sends is read. */
  Linger = 3,
  Closed = 4,
}

/** One connection, one request: the head within its time and length, one answer, closed. No I/O of its own. */
export class WebConnection {
  private state: State = State.Head;
  private since: number;
  private last: number;
  private head = "";
  private upload: Upload | undefined = undefined;
  /** Bytes of the body that have not come yet. */
  private unread = 0;
  /** Bytes of the page that have not left yet. */
  private left = 0;

  constructor(
    private readonly host: WebHost,
    private readonly socket: WebSocket,
    now: number,
  ) {
    this.since = now;
    this.last = now;
  }

  /** Bytes from the peer, one char each. */
  data(now: number, bytes: string): void {
    if (this.state !== State.Head) {
      this.body(now, bytes.length > this.unread ? bytes.slice(0, this.unread) : bytes);
      return;
    }
    this.head += bytes;
    const end = this.head.indexOf("\r\n\r\n");
    // `find` (text.ts) explains why a match near the end may be none.
    const isWhole = end >= 0 && end + 4 <= this.head.length;
    if ((isWhole ? end : this.head.length) > Limit.HeadBytes) {
      const text = "The request's head is too long\n";
      this.answer(now, { status: 431, type: plainType, headers: "", body: text });
    } else if (isWhole) {
      const rest = this.head.slice(end + 4);
      this.head = this.head.slice(0, end);
      this.route(now);
      if (rest.length > 0) this.data(now, rest);
    }
  }

  /** Everything that was sent has left. */
  drain(now: number): void {
    this.last = now;
    if (this.state !== State.Answer) return;
    if (this.left > 0) {
      const piece = this.host.step(WebStep.Page)(this.left);
      this.left -= piece.length;
      this.socket.write(piece);
    } else if (this.unread === 0) this.end(now, false);
    else {
      this.state = State.Linger;
      this.since = now;
    }
  }

  /**
   * @param crowded a new visitor needs a place: a connection that has not sent its whole head gives way, or one that only
   * waits for the end of a refused body or does not take its answer; never an upload, whose password was right
   * @returns whether it is open
   */
  tick(now: number, crowded: boolean): boolean {
    const waited = now - this.since;
    const silent = now - this.last;
    const up = this.upload;
    if (this.state === State.Head) {
      const text = "The request's head took too long\n";
      // Without an answer: for one that sends nothing no step is loaded.
      if (crowded || (waited >= Limit.FirstByteMs && this.head.length === 0)) this.end(now, crowded);
      else if (waited >= Limit.HeadMs)
        this.answer(now, { status: 408, type: plainType, headers: "", body: text });
    } else if (up !== undefined && this.state === State.Body) {
      const run = up.run;
      const unsafe = run === undefined ? undefined : run.poll(now);
      const isMoving = run !== undefined && run.phase === UpdatePhase.Preparing;
      const isOn = up.stage < WebUploadStage.Waiting || up.stage === WebUploadStage.Receiving || isMoving;
      if (unsafe !== undefined) this.answer(now, unsafe);
      else if (
        run !== undefined &&
        up.stage === WebUploadStage.Received &&
        (up.form === undefined || up.form.isDone)
      ) {
        const failed = run.verify() || run.commit(now);
        if (failed === undefined) {
          up.stage = WebUploadStage.Committed;
          this.turn(now, up);
        } else this.answer(now, failed);
      } else if (!isOn || now - up.last >= bodySilenceMs) this.turn(now, up);
    } else if (this.state === State.Linger) {
      if (crowded || waited >= Limit.LingerMs || silent >= Limit.LingerSilenceMs) this.end(now, false);
    } else if (silent >= (crowded ? Limit.CrowdedSendMs : Limit.SendMs)) this.end(now, false);
    return this.state !== State.Closed;
  }

  /** Closes it, if it is open. @param isBusy is sent where nothing has been answered */
  end(now: number, isBusy: boolean): void {
    if (this.state === State.Closed) return;
    const busy = "HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n\r\n";
    this.socket.end(isBusy && this.state < State.Answer ? busy : undefined);
    this.closed(now);
  }

  /** It is closed. */
  closed(now: number): void {
    const up = this.upload;
    const run = up === undefined ? undefined : up.run;
    this.upload = undefined;
    this.state = State.Closed;
    if (up === undefined || run === undefined) return;
    if (up.stage === WebUploadStage.Waiting) run.park(now);
    else if (up.stage === WebUploadStage.Committed) {
      // The answer may have been cut off, but the image is committed: the board has to restart all the same.
      run.finish(up.restarts);
      if (up.restarts) this.host.quit("update");
    } else {
      // An image that its sender believes failed must not run. Without the table of texts: this has to work always.
      const text = `connection closed at ${up.received} of ${up.length} bytes`;
      run.fail({ number: FaultNumber.Aborted, code: "ABORTED", text: text });
    }
  }

  /** Bytes of the body. */
  private body(now: number, bytes: string): void {
    const up = this.upload;
    this.unread -= bytes.length;
    this.last = now;
    if (this.state === State.Linger && this.unread === 0) this.end(now, false);
    if (this.state !== State.Body || up === undefined || bytes.length === 0) return;
    let image = bytes;
    if (up.form !== undefined) {
      if (up.take === undefined) up.take = this.host.step(WebStep.Form);
      image = up.take(up.form, bytes);
    }
    up.last = now;
    up.received += bytes.length;
    const isWhole = up.received === up.length;
    const isLost = up.stage === WebUploadStage.Waiting && up.dropped > 0 && !isWhole;
    if (up.form !== undefined && up.form.fault.length > 0) this.turn(now, up);
    else if (up.stage < WebUploadStage.Receiving && !isLost) this.turn(now, up);
    if (this.upload === undefined) return;
    if (up.stage === WebUploadStage.Waiting) up.dropped += image.length;
    if (up.stage !== WebUploadStage.Receiving || up.run === undefined) return;
    if (isWhole) up.stage = WebUploadStage.Received;
    if (image.length === 0) return;
    // To judge the head takes a step of its own.
    if (up.written < Limit.JudgedBytes) up.take = undefined;
    up.written += image.length;
    this.host.log.done = up.written;
    this.answer(now, up.run.write(image));
  }

  /** A turn in an upload. */
  private turn(now: number, up: Upload): void {
    const host = this.host;
    let answer = host.step(WebStep.Upload)(up, this.socket, now);
    if (answer === undefined && up.stage === WebUploadStage.Offered) {
      // Frees memory for the update.
      up.take = undefined;
      answer = host.step(WebStep.Prepare)(now, up);
      up.stage = WebUploadStage.Waiting;
      // At the next tick there is more room, and a board that leaves has little.
      const leaves = up.run !== undefined && up.run.phase === UpdatePhase.Leaving;
      if (answer === undefined && !leaves) answer = host.step(WebStep.Upload)(up, this.socket, now);
    }
    this.answer(now, answer);
  }

  private route(now: number): void {
    const host = this.host;
    let head: HttpHead | undefined = host.step(WebStep.Head)(this.head);
    // What one step leaves must not take the room of the next.
    this.head = "";
    const route = host.step(WebStep.Gate)(head);
    head = undefined;
    this.unread = route.length < 0 ? 0x7fffffff : route.length;
    let answer: WebReply | Fault | undefined;
    if (route.credentials !== undefined)
      answer = host.step(WebStep.Password)(now, route.credentials, route.isPost);
    if (answer === undefined) answer = route.answer;
    const task = answer === undefined ? route.task : undefined;
    if (task !== undefined && route.isUpload) {
      this.upload = task;
      task.last = now;
      this.state = State.Body;
      this.turn(now, task);
      return;
    }
    if (task !== undefined) answer = host.step(WebStep.Prepare)(now, task);
    if (answer === undefined) answer = host.step(WebStep.Status)(host.log, now, task !== undefined);
    this.answer(now, answer);
  }

  /** @param what undefined: it is not decided yet */
  private answer(now: number, what: WebReply | Fault | undefined): void {
    if (what === undefined) return;
    const reply = what as Partial<WebReply>;
    // Of an upload only a committed one has something to do still: the restart, when the answer has left.
    if (reply.status !== 200 && this.upload !== undefined) {
      // References that remain hold no code, which takes memory.
      this.upload.take = undefined;
      this.upload = undefined;
    }
    this.left = reply.more || 0;
    const text = this.host.step(WebStep.Answer)(what, this.state === State.Body);
    this.state = State.Answer;
    this.last = now;
    this.socket.write(text);
  }
}
