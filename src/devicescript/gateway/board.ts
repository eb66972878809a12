import { randomBytes } from "node:crypto";
import { SluiceError } from "../../errors/sluice-error.js";
import type { UploadEvent } from "../../events/upload-event.js";
import type { Clock } from "../../node/clock.js";
import type { OnGatewayEvent } from "./events.js";
import { connectionString, randomKey } from "./keys.js";
import type { StateFolder } from "./store/state-folder.js";
import type { Reason, StoredBoard } from "./store/stored-board.js";
import type { Limits } from "./update/limits.js";
import type { SessionAction, UploadOrder } from "./update/script.js";
import { BoardSession } from "./update/session.js";
import { crashOf, exceptionText, pong, readBoardMessage, Streaming, setStreaming } from "./wssk/messages.js";

/** A proved connection to a board. */
export interface BoardLink {
  readonly address: string;
  readonly send: (plain: Uint8Array) => void;
  readonly close: () => void;
}

export interface BoardOptions {
  readonly stored: StoredBoard;
  readonly folder: StateFolder;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly onEvent: OnGatewayEvent;
  /** The board's log is streamed as well. */
  readonly logs: boolean;
}

/** An order with callbacks for its steps and its end. */
export interface AwaitedOrder extends UploadOrder {
  readonly onEvent: (event: UploadEvent) => void;
  /** Called once; with a reason when the update failed. */
  readonly ended: (reason?: Reason) => void;
}

/** The runtime ends the streaming of bus and log after 16 s. */
const streamingMs = 8000;
/** A report of an exception comes in pieces; after so much silence it is whole. */
const exceptionMs = 500;

/** A board of the gateway: connects its session (`update/session.ts`) to sockets, clock and state folder. */
export class Board {
  readonly session: BoardSession;
  readonly id: string;
  stored: StoredBoard;
  /** Undefined while the board is away. */
  link: BoardLink | undefined;
  private order: AwaitedOrder | undefined;
  /** Called with the end of `rotate`. */
  private rotated: (reason?: Reason) => void = () => undefined;
  private bus = false;
  private cancelTimer: () => void = () => undefined;
  private cancelStreaming: () => void = () => undefined;
  private cancelException: () => void = () => undefined;
  private exception = "";

  constructor(private readonly options: BoardOptions) {
    this.stored = options.stored;
    this.id = this.stored.id;
    this.session = new BoardSession({
      name: () => this.name,
      deviceId: this.id,
      limits: options.limits,
      state: this.stored.state,
      program: (sha256) => options.folder.program(sha256),
      newId: () => randomBytes(4).toString("hex"),
      newConnection: () => this.newConnection(),
    });
  }

  get name(): string {
    return this.stored.name;
  }

  keep(record: StoredBoard): void {
    this.options.folder.saveBoard(record);
    this.stored = record;
  }

  /** A connection that has proved its key; an older one that has not been noticed to be dead ends. */
  attach(link: BoardLink): void {
    this.detach(this.link, "a new connection took its place");
    this.link = link;
    this.bus = false;
    const { address } = link;
    this.options.onEvent({ event: "connected", board: this.name, id: this.id, address });
    this.stream();
    this.run((now) => this.session.opened(address, now));
  }

  detach(link: BoardLink | undefined, text: string): void {
    if (link === undefined || link !== this.link) return;
    this.link = undefined;
    this.cancelStreaming();
    link.close();
    this.options.onEvent({ event: "disconnected", board: this.name, text });
    this.run((now) => this.session.closed(now));
  }

  receive(plain: Uint8Array): void {
    const message = readBoardMessage(plain);
    if (message.kind === "ping") this.link?.send(pong);
    else if (message.kind === "log")
      this.options.onEvent({ event: "log", board: this.name, text: message.text });
    else if (message.kind === "exception") this.collect(message.text);
    else this.run((now) => this.session.received(message, now));
  }

  /** @returns false when an update is under way */
  upload(order: AwaitedOrder): boolean {
    if (this.session.busy) return false;
    this.order = order;
    this.run((now) => this.session.upload(order, now));
    return true;
  }

  cancel(order: AwaitedOrder): void {
    if (order === this.order) this.run((now) => this.session.cancel(now));
  }

  /**
   * Gives the board a new key over the air; resolves when it has it. Until it connects with it, both are good.
   * @throws SluiceError BOARD_OFFLINE, UPDATE_RUNNING, NO_MANAGER, NO_GATEWAY_ADDRESS, BOARD_LOST, KEY_NOT_TAKEN,
   * FILE_NOT_WRITABLE
   */
  async rotate(): Promise<void> {
    if (this.link === undefined) throw new SluiceError("BOARD_OFFLINE", `${this.name} is not connected.`);
    if (this.session.busy) throw new SluiceError("UPDATE_RUNNING", `${this.name} is being updated.`);
    if (this.stored.gateway === undefined) throw new SluiceError("NO_GATEWAY_ADDRESS");
    await new Promise<void>((done, reject) => {
      this.rotated = (reason) => (reason === undefined ? done() : reject(toError(reason)));
      this.run((now) => this.session.rotate(now));
    });
  }

  close(): void {
    this.cancelTimer();
    this.cancelStreaming();
    this.cancelException();
    this.link?.close();
    this.link = undefined;
  }

  private run(event: (now: number) => SessionAction[]): void {
    const { clock } = this.options;
    try {
      for (const action of event(clock.now())) this.perform(action);
    } catch (error) {
      this.fail(error instanceof Error ? error.message : String(error));
    }
    this.cancelTimer();
    const { deadline } = this.session;
    if (deadline === Number.POSITIVE_INFINITY) return;
    const wait = Math.max(0, Math.ceil(deadline - clock.now()));
    this.cancelTimer = clock.after(wait, () => this.run((now) => this.session.tick(now)));
  }

  private perform(action: SessionAction): void {
    switch (action.do) {
      case "send":
        this.link?.send(action.message);
        break;
      case "stream":
        this.bus = action.bus;
        this.stream();
        break;
      case "drop-connection":
        this.link?.close();
        break;
      case "save":
        this.keep({ ...this.stored, state: action.state });
        break;
      case "emit":
        // That the board is away is in the gateway's log already.
        if (action.event.event !== "offline")
          this.options.onEvent({ event: "update", board: this.name, step: action.event });
        this.order?.onEvent(action.event);
        break;
      case "end": {
        const { order } = this;
        this.order = undefined;
        order?.ended(action.reason);
        break;
      }
      case "rotated":
        this.rotated(action.reason);
        break;
    }
  }

  private newConnection(): string {
    const nextKey = randomKey();
    this.keep({ ...this.stored, nextKey });
    return connectionString(this.stored.gateway ?? "", this.id, nextKey);
  }

  /** The state cannot be saved: the update stops where it is, and goes on with the next connection. */
  private fail(text: string): void {
    this.options.onEvent({ event: "trouble", text: `${this.name}: ${text}` });
    const { link } = this;
    this.link = undefined;
    this.cancelStreaming();
    link?.close();
    this.rotated({ code: "FILE_NOT_WRITABLE", text });
    for (const action of this.session.notKept(this.stored.state, text)) this.perform(action);
  }

  private stream(): void {
    this.cancelStreaming();
    if (this.link === undefined) return;
    const log = this.options.logs ? Streaming.Log : 0;
    const bus = this.bus ? Streaming.Jacdac : 0;
    this.link.send(setStreaming(Streaming.Exceptions | log | bus));
    if (log + bus > 0) this.cancelStreaming = this.options.clock.after(streamingMs, () => this.stream());
  }

  private collect(piece: string): void {
    this.exception += piece;
    this.cancelException();
    this.cancelException = this.options.clock.after(exceptionMs, () => {
      const text = exceptionText(this.exception);
      const crash = crashOf(this.exception);
      this.exception = "";
      this.options.onEvent({ event: "exception", board: this.name, text });
      if (crash !== undefined) this.run((now) => this.session.crashed(crash, now));
    });
  }
}

/** What an update or a new key failed with. */
export function toError({ code, text }: Reason): SluiceError {
  return new SluiceError(code, text === "" ? undefined : `${text}.`);
}
