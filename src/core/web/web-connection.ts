import { find } from "./find.js";
import { bodyLength, mostHeadBytes, parseHead } from "./http-head.js";
import { headText, html, plain, type Reply, reply } from "./reply.js";
import type { WebSite } from "./web-site.js";
import { WebUpload } from "./web-upload.js";

/** The socket, as little of it as is needed. `send` may be called again once the adapter has said `drained`. */
export interface WebSocket {
  readonly send: (text: string) => void;
  readonly close: () => void;
}

/** ms until the head must be in, and until the peer must have taken a piece of the answer. */
const headMs = 5000;
const sendMs = 10000;
/** A refused body is read and let go for so long, since closing over it would take the answer back from the peer. */
const lingerMs = 30000;
const lingerSilenceMs = 3000;
/** Bytes of the page that are in memory at a time. */
const pieceBytes = 1024;

const enum State {
  Head = 0,
  Body = 1,
  /** Pieces of the page go out. */
  Page = 2,
  /** The answer is complete and on its way. */
  Answer = 3,
  /** The answer is out; what the peer still sends is read. */
  Linger = 4,
  Closed = 5,
}

/** One connection, one request: the head within its time and length, one answer, closed. No I/O of its own. */
export class WebConnection {
  private state: State;
  private since: number;
  private last: number;
  private head: string;
  private upload: WebUpload | undefined;
  /** Bytes of the body that have not come yet. */
  private unread: number;
  private sent: number;

  constructor(
    private readonly site: WebSite,
    private readonly socket: WebSocket,
    now: number,
  ) {
    this.state = State.Head;
    this.since = now;
    this.last = now;
    this.head = "";
    this.upload = undefined;
    this.unread = 0;
    this.sent = 0;
  }

  isClosed(): boolean {
    return this.state === State.Closed;
  }

  /** Gives its place to a new visitor, if it only waits for the end of a body that was refused. */
  makeRoom(): void {
    if (this.state === State.Linger) this.close();
  }

  /** Bytes from the peer, one char each. */
  onData(now: number, bytes: string): void {
    if (this.state === State.Head) {
      this.head += bytes;
      const end = find(this.head, "\r\n\r\n", 0);
      if (end > mostHeadBytes || (end < 0 && this.head.length > mostHeadBytes)) {
        this.answer(now, reply(431, plain, "", "The request's head is too long\n"));
      } else if (end >= 0) {
        const rest = this.head.slice(end + 4);
        const text = this.head.slice(0, end);
        this.head = "";
        this.onHead(now, text);
        if (rest.length > 0) this.onData(now, rest);
      }
      return;
    }
    const body = bytes.length > this.unread ? bytes.slice(0, this.unread) : bytes;
    this.unread -= body.length;
    this.last = now;
    if (this.state === State.Body && this.upload !== undefined && body.length > 0) {
      const answer = this.upload.take(now, body);
      if (answer !== undefined) this.answer(now, answer);
    } else if (this.state === State.Linger && this.unread === 0) this.close();
  }

  /** Everything that was sent has left. */
  onDrain(now: number): void {
    this.last = now;
    if (this.state === State.Page) this.nextPiece();
    else if (this.state === State.Answer) this.leave(now);
  }

  onClosed(now: number): void {
    const upload = this.upload;
    if (this.state === State.Body && upload !== undefined) upload.closed(now);
    // The answer may have been cut off, but the image is committed: the board has to restart all the same.
    if (this.state !== State.Closed) this.gone();
  }

  tick(now: number): void {
    const waited = now - this.since;
    if (this.state === State.Head) {
      if (waited >= headMs) this.answer(now, reply(408, plain, "", "The request's head took too long\n"));
    } else if (this.state === State.Body) {
      if (this.upload === undefined) return;
      const answer = this.upload.tick(now);
      if (answer !== undefined) this.answer(now, answer);
    } else if (this.state === State.Linger) {
      if (waited >= lingerMs || now - this.last >= lingerSilenceMs) this.close();
    } else if (this.state !== State.Closed && now - this.last >= sendMs) this.close();
  }

  private onHead(now: number, text: string): void {
    const head = parseHead(text);
    if (head === undefined) {
      this.answer(now, reply(400, plain, "", "Not an HTTP request\n"));
      return;
    }
    const length = bodyLength(head);
    this.unread = length < 0 ? 0x7fffffff : length;
    const route = this.site.route(now, head);
    if (route.to === "answer") {
      this.answer(now, route.reply);
    } else if (route.to === "page") {
      const page = this.site.host.pageLength();
      this.state = State.Page;
      this.last = now;
      this.socket.send(headText(200, html, this.site.host.pageHeaders, page));
    } else {
      this.state = State.Body;
      const upload = new WebUpload(this.site.host, this.site.status, head, route.length, this.socket.send);
      this.upload = upload;
      const answer = upload.start(now);
      if (answer !== undefined) this.answer(now, answer);
    }
  }

  private nextPiece(): void {
    const left = this.site.host.pageLength() - this.sent;
    const length = left < pieceBytes ? left : pieceBytes;
    if (length === left) this.state = State.Answer;
    const piece = this.site.host.page(this.sent, length);
    this.sent += length;
    this.socket.send(piece);
  }

  private answer(now: number, what: Reply): void {
    this.state = State.Answer;
    this.last = now;
    this.socket.send(headText(what.status, what.type, what.headers, what.body.length) + what.body);
  }

  private leave(now: number): void {
    if (this.unread === 0) {
      this.close();
      return;
    }
    this.state = State.Linger;
    this.since = now;
    this.last = now;
  }

  private close(): void {
    this.socket.close();
    this.gone();
  }

  private gone(): void {
    this.state = State.Closed;
    const upload = this.upload;
    this.upload = undefined;
    if (upload === undefined || !upload.isCommitted()) return;
    const host = this.site.host;
    const restarts = host.restarts();
    host.run.finish(restarts);
    if (restarts) host.restart();
  }
}
