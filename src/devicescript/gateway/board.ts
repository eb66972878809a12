import { randomBytes } from "node:crypto";
import { SluiceError } from "../../errors/sluice-error.js";
import type { UploadEvent } from "../../events/upload-event.js";
import type { Clock } from "../../node/clock.js";
import type { Hello } from "../messages.js";
import type { TellGateway } from "./events.js";
import { crashOf, exceptionText } from "./exception-text.js";
import { connectionString, randomKey } from "./keys.js";
import { Manager } from "./manager.js";
import type { StateFolder } from "./store/state-folder.js";
import type { StoredBoard } from "./store/stored-board.js";
import type { BoardContext } from "./update/context.js";
import type { Job } from "./update/job.js";
import type { Limits } from "./update/limits.js";
import type { Rotation } from "./update/rotate.js";
import { Runner } from "./update/runner.js";
import { type BoardState, noProgram } from "./update/task.js";
import { pong, readMessage, Streaming, setStreaming } from "./wssk/messages.js";

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
  readonly tell: TellGateway;
  /** Also asks for the board's log, always. */
  readonly logs: boolean;
}

/** The runtime ends the streaming of bus and log after 16 s. */
const streamingMs = 8000;
/** A report of an exception comes in pieces; after so much silence it is whole. */
const exceptionMs = 500;

/** A board of the gateway: gives its life (`update/life.ts`) connections, time and a place to keep things. */
export class Board implements BoardContext {
  manager: Manager;
  noBus = false;
  sha256 = noProgram;
  hello: Hello | undefined;
  prepared: BoardContext["prepared"];
  queued: Job | undefined;
  job: Job | undefined;
  rotation: Rotation | undefined;
  private link: BoardLink | undefined;
  private record: StoredBoard;
  private bus = false;
  private cancelTimer: () => void = () => undefined;
  private cancelStreaming: () => void = () => undefined;
  private cancelException: () => void = () => undefined;
  private exception = "";
  private runner: Runner;

  constructor(private readonly options: BoardOptions) {
    this.record = options.stored;
    this.manager = new Manager(this.id);
    this.runner = new Runner(this);
  }

  get id(): string {
    return this.record.id;
  }

  get name(): string {
    return this.record.name;
  }

  get limits(): Limits {
    return this.options.limits;
  }

  get stored(): StoredBoard {
    return this.record;
  }

  /** Whether it has an update to do, or one to finish. */
  get busy(): boolean {
    return this.job !== undefined || this.queued !== undefined || this.record.state.task !== undefined;
  }

  now = (): number => this.options.clock.now();
  connected = (): boolean => this.link !== undefined;
  address = (): string => this.link?.address ?? "";
  state = (): BoardState => this.record.state;
  program = (sha256: string): Uint8Array | undefined => this.options.folder.program(sha256);
  newId = (): string => randomBytes(4).toString("hex");
  send = (message: Uint8Array): void => this.link?.send(message);
  drop = (): void => this.link?.close();
  note = (step: UploadEvent): void => this.options.tell({ event: "update", board: this.name, step });

  save = (state: BoardState): void => this.keep({ ...this.record, state });

  keep(record: StoredBoard): void {
    this.options.folder.saveBoard(record);
    this.record = record;
  }

  listen = (bus: boolean): void => {
    this.bus = bus;
    this.stream();
  };

  /** A connection that has proved its key; an older one that has not been noticed to be dead ends. */
  attach(link: BoardLink): void {
    this.detach(this.link, "a new connection took its place");
    this.link = link;
    this.bus = false;
    this.manager = new Manager(this.id);
    const { address } = link;
    this.options.tell({ event: "connected", board: this.name, id: this.id, address });
    this.stream();
    this.step(() => this.runner.feed({ kind: "opened" }));
  }

  detach(link: BoardLink | undefined, text: string): void {
    if (link === undefined || link !== this.link) return;
    this.link = undefined;
    this.cancelStreaming();
    link.close();
    this.options.tell({ event: "disconnected", board: this.name, text });
    this.step(() => this.runner.feed({ kind: "closed" }));
  }

  receive(plain: Uint8Array): void {
    const message = readMessage(plain);
    if (message.kind === "ping") this.send(pong);
    else if (message.kind === "log")
      this.options.tell({ event: "log", board: this.name, text: message.text });
    else if (message.kind === "exception") this.collect(message.text);
    else this.step(() => this.runner.receive(message));
  }

  /** @returns false when an update is under way */
  enqueue(job: Job): boolean {
    if (this.busy) return false;
    this.queued = job;
    this.step(() => this.runner.feed({ kind: "job" }));
    return true;
  }

  /**
   * Gives the board a new key over the air; resolves when it was told. Until it connects with it, both are good.
   * @throws SluiceError BOARD_OFFLINE, UPDATE_RUNNING, NO_MANAGER, NO_GATEWAY_ADDRESS, KEY_NOT_TAKEN
   */
  rotate(): Promise<void> {
    if (!this.connected()) throw new SluiceError("BOARD_OFFLINE", `${this.name} is not connected.`);
    if (this.busy) throw new SluiceError("UPDATE_RUNNING", `${this.name} is being updated.`);
    const { gateway } = this.record;
    if (gateway === undefined) throw new SluiceError("NO_GATEWAY_ADDRESS");
    return new Promise((told, reject) => {
      this.rotation = {
        connection: () => {
          const nextKey = randomKey();
          this.keep({ ...this.record, nextKey });
          return connectionString(gateway, this.id, nextKey);
        },
        told,
        failed: (code, text) => reject(new SluiceError(code, `${text}.`)),
      };
      this.step(() => this.runner.feed({ kind: "job" }));
    });
  }

  cancel(job: Job): void {
    if (job !== this.job && job !== this.queued) return;
    job.cancelled = true;
    this.step(() => this.runner.feed({ kind: "cancelled" }));
  }

  close(): void {
    this.cancelTimer();
    this.cancelStreaming();
    this.cancelException();
    this.link?.close();
    this.link = undefined;
  }

  private step(act: () => void): void {
    try {
      act();
    } catch (error) {
      this.fail(error);
    }
    this.cancelTimer();
    const { deadline } = this.runner;
    if (deadline === Number.POSITIVE_INFINITY) return;
    const wait = Math.max(0, Math.ceil(deadline - this.now()));
    this.cancelTimer = this.options.clock.after(wait, () => this.step(() => this.runner.tick()));
  }

  /** What cannot be kept is not done: the update ends where it is, and is taken up with the next connection. */
  private fail(error: unknown): void {
    const text = error instanceof Error ? error.message : String(error);
    this.options.tell({ event: "trouble", text: `${this.name}: ${text}` });
    for (const job of [this.job, this.queued]) job?.failed({ code: "FILE_NOT_WRITABLE", text });
    this.job = undefined;
    this.queued = undefined;
    const { link } = this;
    this.link = undefined;
    this.cancelStreaming();
    link?.close();
    this.runner = new Runner(this);
  }

  private stream(): void {
    this.cancelStreaming();
    if (this.link === undefined) return;
    const log = this.options.logs ? Streaming.Log : 0;
    const bus = this.bus ? Streaming.Jacdac : 0;
    this.send(setStreaming(Streaming.Exceptions | log | bus));
    if (log + bus > 0) this.cancelStreaming = this.options.clock.after(streamingMs, () => this.stream());
  }

  private collect(piece: string): void {
    this.exception += piece;
    this.cancelException();
    this.cancelException = this.options.clock.after(exceptionMs, () => {
      const text = exceptionText(this.exception);
      const crash = crashOf(this.exception);
      this.exception = "";
      this.options.tell({ event: "exception", board: this.name, text });
      if (crash !== undefined) this.step(() => this.runner.feed({ kind: "crashed", text: crash }));
    });
  }
}
