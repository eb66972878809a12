import { reasonOf, SluiceError } from "../../errors/sluice-error.js";
import { noProgram, type UploadEvent } from "../../events/upload-event.js";
import type { Clock } from "../../node/clock.js";
import type { Hello, ProgramMessage } from "../messages.js";
import type { OnGatewayEvent } from "./events.js";
import { Manager } from "./manager.js";
import type { StateFolder } from "./store/state-folder.js";
import type { BoardState, Reason, StoredBoard, UnfinishedUpdate } from "./store/stored-board.js";
import type { Limits } from "./update/limits.js";
import { type Happening, LinkLost, type Script } from "./update/script.js";
import { toError, type UploadOrder } from "./upload-order.js";
import { ExceptionReport } from "./wssk/exception-report.js";
import { pong, readBoardMessage, Streaming, setStreaming } from "./wssk/messages.js";

/** An authenticated connection to a board. */
export interface BoardLink {
  readonly address: string;
  readonly send: (plain: Uint8Array) => void;
  /** Never calls back from within. */
  readonly close: () => void;
}

interface BoardOptions {
  readonly stored: StoredBoard;
  readonly folder: Pick<StateFolder, "program" | "saveBoard">;
  readonly limits: Limits;
  /** Public keys, lower-case hex: with any, only programs that one of them signed are taken. */
  readonly trust: readonly string[];
  readonly clock: Clock;
  readonly onEvent: OnGatewayEvent;
  /** The board's log is streamed as well. */
  readonly logs: boolean;
  /** All that the gateway does with the board, from its first connection on (`update/life.ts`). */
  readonly life: (board: Board) => Script<never>;
}

/** The runtime ends the streaming of bus and log after 16 s. */
const streamingMs = 8000;
/** A board of the gateway: what is known of it, and how the scripts in `update/` act on it. */
export class Board {
  readonly id: string;
  readonly limits: Limits;
  readonly trust: readonly string[];
  readonly folder: BoardOptions["folder"];
  stored: StoredBoard;
  /** Undefined while the board is away. */
  link: BoardLink | undefined;
  /** Changes with every connection. */
  manager: Manager;
  /** The board's firmware does not carry its bus to the gateway; found out once. */
  noBus = false;
  /** SHA-256 of what the board has, as it reported last. */
  sha256 = noProgram;
  hello: Hello | undefined;
  /** Set from `ready` on; `spoiled` when the program took it back. */
  prepared: { readonly id: string; spoiled: string | undefined } | undefined;
  /** The next update. */
  queued: UploadOrder | undefined;
  /** The order of the update under way; the update goes on when its order was given up. */
  order: UploadOrder | undefined;
  /** A new key was ordered; called with the end of that. */
  rotation: ((reason?: Reason) => void) | undefined;
  private script: Script<never>;
  /** When the script is called even if nothing happens, ms. */
  private until = Number.POSITIVE_INFINITY;
  private readonly happenings: Happening[] = [];
  private readonly exceptions: ExceptionReport;
  private cancelTimer: () => void = () => undefined;
  private cancelStreaming: () => void = () => undefined;

  constructor(private readonly options: BoardOptions) {
    this.stored = options.stored;
    this.id = this.stored.id;
    this.limits = options.limits;
    this.trust = options.trust;
    this.folder = options.folder;
    this.manager = new Manager(this.id);
    this.exceptions = new ExceptionReport(options.clock, (text, crash) => {
      options.onEvent({ event: "exception", board: this.name, text });
      if (crash !== undefined) this.feed({ kind: "crashed", text: crash });
    });
    this.script = options.life(this);
    this.until = this.script.next().value;
  }

  get name(): string {
    return this.stored.name;
  }

  get state(): BoardState {
    return this.stored.state;
  }

  /** ms, never going back. */
  get now(): number {
    return this.options.clock.now();
  }

  /** Whether there is an order, or an unfinished update. */
  get busy(): boolean {
    return this.order !== undefined || this.queued !== undefined || this.state.task !== undefined;
  }

  /** Whether the update under way is one that nobody waits for. */
  get withdrawn(): boolean {
    return this.order === undefined || this.cancelled;
  }

  get cancelled(): boolean {
    return (this.order ?? this.queued)?.signal?.aborted === true;
  }

  keep(record: StoredBoard): void {
    this.folder.saveBoard(record);
    this.stored = record;
  }

  /** A connection that has proved its key; an older one, dead but not noticed, ends. */
  attach(link: BoardLink): void {
    this.detach(this.link, "a new connection took its place");
    this.link = link;
    this.manager = new Manager(this.id);
    this.options.onEvent({ event: "connected", board: this.name, id: this.id, address: link.address });
    this.stream(false);
    this.feed({ kind: "opened" });
  }

  detach(link: BoardLink | undefined, text: string): void {
    if (link === undefined || link !== this.link) return;
    this.unlink();
    this.options.onEvent({ event: "disconnected", board: this.name, text });
    this.feed({ kind: "closed" });
  }

  receive(plain: Uint8Array): void {
    const message = readBoardMessage(plain);
    switch (message.kind) {
      case "ping":
        this.send(pong);
        break;
      case "log":
        this.options.onEvent({ event: "log", board: this.name, text: message.text });
        break;
      case "exception":
        this.exceptions.add(message.text);
        break;
      case "frame":
        for (const news of this.manager.read(message.frame)) this.feed(news);
        break;
      case "program":
        this.note(message.message);
        this.feed(message);
        break;
      default:
        this.feed(message);
    }
  }

  /** @returns false when an update is under way */
  upload(order: UploadOrder): boolean {
    if (this.busy) return false;
    this.queued = order;
    const cancel = (): void => {
      if (order === this.order || order === this.queued) this.feed({ kind: "cancelled" });
    };
    order.signal?.addEventListener("abort", cancel);
    this.feed({ kind: "order" });
    if (this.cancelled) cancel();
    return true;
  }

  /**
   * Gives the board a new key over the air; resolves when it has it. Until it connects with it, both are good.
   * @throws SluiceError BOARD_OFFLINE, UPDATE_RUNNING, NO_MANAGER, NO_GATEWAY_ADDRESS, BOARD_LOST, KEY_NOT_TAKEN,
   * FILE_NOT_WRITABLE
   */
  async rotate(): Promise<void> {
    if (this.link === undefined) throw new SluiceError("BOARD_OFFLINE", `${this.name} is not connected.`);
    if (this.busy) throw new SluiceError("UPDATE_RUNNING", `${this.name} is being updated.`);
    if (this.stored.gateway === undefined) throw new SluiceError("NO_GATEWAY_ADDRESS");
    await new Promise<void>((done, reject) => {
      this.rotation = (reason) => (reason === undefined ? done() : reject(toError(reason)));
      this.feed({ kind: "order" });
    });
  }

  close(): void {
    this.cancelTimer();
    this.exceptions.close();
    this.unlink();
  }

  /** Waits until `look` returns a value. Undefined when it was too late. @throws LinkLost */
  *wait<T>(ms: number, look: (happening: Happening) => T | undefined): Script<T | undefined> {
    const until = this.now + ms;
    for (;;) {
      const happening = yield until;
      if (happening.kind === "late") return undefined;
      if (happening.kind === "closed") throw new LinkLost();
      const answer = look(happening);
      if (answer !== undefined) return answer;
    }
  }

  /** A plain WSSK message; lost when there is no connection. */
  send(message: Uint8Array): void {
    this.link?.send(message);
  }

  /** @param bus whether the frames of the board's bus are to come as well */
  stream(bus: boolean): void {
    this.cancelStreaming();
    if (this.link === undefined) return;
    const bits = (this.options.logs ? Streaming.Log : 0) | (bus ? Streaming.Jacdac : 0);
    this.send(setStreaming(Streaming.Exceptions | bits));
    if (bits !== 0) this.cancelStreaming = this.options.clock.after(streamingMs, () => this.stream(bus));
  }

  /** Ends the connection; the board connects again by itself. @returns what to throw */
  drop(): LinkLost {
    this.detach(this.link, "the gateway closed it");
    return new LinkLost();
  }

  /** On disk when it returns. @throws when it cannot be */
  save(state: BoardState): void {
    this.keep({ ...this.stored, state });
  }

  saveTask(task: UnfinishedUpdate): void {
    this.save({ ...this.state, task });
  }

  emit(event: UploadEvent): void {
    // That the board is away is in the gateway's log already.
    if (event.event !== "offline") this.options.onEvent({ event: "update", board: this.name, step: event });
    (this.order ?? this.queued)?.onEvent(event);
  }

  /** Ends the order, if there still is one. With a reason it failed. */
  end(reason?: Reason): void {
    const order = this.order ?? this.queued;
    this.order = undefined;
    this.queued = undefined;
    order?.ended(reason);
  }

  /** The end of `rotate`, if it is still waited for: the board has its new key, or why not. */
  rotated(reason?: Reason): void {
    const { rotation } = this;
    this.rotation = undefined;
    rotation?.(reason);
  }

  /** What happens while the script acts comes after that. */
  private feed(happening: Happening): void {
    this.happenings.push(happening);
    if (this.happenings.length > 1) return;
    for (const next of this.happenings) {
      try {
        this.until = this.script.next(next).value;
      } catch (error) {
        this.startOver(reasonOf(error));
      }
    }
    this.happenings.length = 0;
    this.await();
  }

  private await(): void {
    this.cancelTimer();
    if (this.until === Number.POSITIVE_INFINITY) return;
    const wait = Math.max(0, Math.ceil(this.until - this.now));
    this.cancelTimer = this.options.clock.after(wait, () =>
      this.now < this.until ? this.await() : this.feed({ kind: "late" }),
    );
  }

  /** The state cannot be saved: the update stops where it is, and goes on with the next connection. */
  private startOver(text: string): void {
    this.options.onEvent({ event: "trouble", text: `${this.name}: ${text}` });
    this.unlink();
    this.rotated({ code: "FILE_NOT_WRITABLE", text });
    this.end({ code: "FILE_NOT_WRITABLE", text });
    this.script = this.options.life(this);
    this.until = this.script.next().value;
  }

  private unlink(): void {
    const { link } = this;
    this.link = undefined;
    this.cancelStreaming();
    link?.close();
  }

  private note(message: ProgramMessage): void {
    if (message.say === "hello") this.hello = message;
    else if (this.prepared?.id === message.id) {
      if (message.say === "refused") this.prepared.spoiled = message.reason;
      if (message.say === "released") this.prepared.spoiled = "the program went on";
    }
  }
}
