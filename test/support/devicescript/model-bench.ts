import type { BoardState, Reason } from "../../../src/devicescript/gateway/store/stored-board.js";
import { newBoardState } from "../../../src/devicescript/gateway/store/stored-board.js";
import { defaultLimits, type Limits } from "../../../src/devicescript/gateway/update/limits.js";
import type { SessionAction, UploadOrder } from "../../../src/devicescript/gateway/update/script.js";
import { BoardSession } from "../../../src/devicescript/gateway/update/session.js";
import { crashOf, readBoardMessage, WsskCommand } from "../../../src/devicescript/gateway/wssk/messages.js";
import type { UploadEvent } from "../../../src/events/upload-event.js";
import { BoardModel, hashOf } from "./board-model.js";

/** What goes wrong when the gateway sends its message number `at` (from the first after the update began). */
export interface Fault {
  readonly at: number;
  readonly what: "drop" | "cut" | "change" | "restart";
}

const id = "aabbccddeeff0011";
/** A board tries again after half a minute at most. */
const reconnectMs = 20_000;

/** A gateway's life for one board against the model, in the test's time: an hour passes in a millisecond. */
export class ModelBench {
  time = 0;
  readonly model = new BoardModel(id, () => this.time);
  readonly steps: UploadEvent[] = [];
  state: BoardState = newBoardState;
  faults: Fault[] = [];
  private readonly programs = new Map<string, Uint8Array>();
  private readonly limits: Limits;
  private outbox: Uint8Array[] = [];
  private linked = false;
  private dropping = false;
  private linkAt = Number.POSITIVE_INFINITY;
  private sent = 0;
  private ids = 0;
  private session: BoardSession;
  private ended = false;
  private reason: Reason | undefined;

  constructor(limits: Partial<Limits> = {}) {
    this.limits = { ...defaultLimits, ...limits };
    this.session = this.newSession();
  }

  /** The board connects, and what follows from that is done. */
  connect(): void {
    this.linkAt = this.time;
    this.run(() => this.linkAt === Number.POSITIVE_INFINITY && this.outbox.length === 0 && !this.pending);
  }

  /** @returns why it failed; undefined when the program has proved itself */
  update(image: Uint8Array, options: Partial<UploadOrder> = {}): Reason | undefined {
    this.sent = 0;
    this.ended = false;
    this.reason = undefined;
    const program = { sha256: this.keep(image), size: image.length };
    const order = { program, from: "a test", force: false, retries: 3, ...options };
    this.act(this.session.upload(order, this.time));
    this.run(() => this.ended);
    return this.reason;
  }

  /** Until no update is open any more. */
  settle(): void {
    this.run(() => this.state.task === undefined && this.linked && this.outbox.length === 0 && !this.pending);
  }

  keep(image: Uint8Array): string {
    this.programs.set(hashOf(image), image);
    return hashOf(image);
  }

  names(): string[] {
    return this.steps.map(({ event }) => event).filter((event) => event !== "progress");
  }

  private get pending(): boolean {
    return this.session.deadline !== Number.POSITIVE_INFINITY;
  }

  private run(done: () => boolean): void {
    for (let turn = 0; !done(); turn++) {
      if (turn > 20_000)
        throw new Error(`no end: ${JSON.stringify({ state: this.state, steps: this.steps.slice(-20) })}`);
      if (this.dropping) this.unlink();
      else if (this.linked && this.deliver()) continue;
      else if (this.outbox.length > 0) this.transmit();
      else this.wait();
    }
  }

  /** From the board to the gateway. */
  private deliver(): boolean {
    const said = this.model.take();
    for (const bytes of said) {
      if (!this.linked) break;
      const message = readBoardMessage(bytes);
      if (message.kind === "exception") {
        const crash = crashOf(message.text);
        if (crash !== undefined) this.act(this.session.crashed(crash, this.time));
      } else this.act(this.session.received(message, this.time));
    }
    return said.length > 0;
  }

  /** From the gateway to the board, unless something goes wrong. */
  private transmit(): void {
    const message = this.outbox.shift() ?? new Uint8Array(0);
    const at = this.sent++;
    const fault = this.faults.find((one) => one.at === at);
    this.faults = this.faults.filter((one) => one !== fault);
    if (!this.linked) return;
    if (fault?.what === "change" && message[0] === WsskCommand.DeployWrite) {
      const changed = Uint8Array.from(message);
      changed[changed.length - 1] ^= 1;
      this.model.receive(changed);
      return;
    }
    // The message may arrive before the end, or not.
    if (fault === undefined || fault.what === "change" || at % 2 === 0) this.model.receive(message);
    if (fault?.what === "cut") this.model.powerCut();
    if (fault !== undefined && fault.what !== "change") this.unlink();
    // Whoever waited for the update is gone with the gateway.
    if (fault?.what === "restart") {
      this.session = this.newSession();
      if (!this.ended) this.reason = { code: "GATEWAY_LOST", text: "" };
      this.ended = true;
    }
  }

  private unlink(): void {
    this.dropping = false;
    if (!this.linked) return;
    this.linked = false;
    this.model.take();
    this.outbox = [];
    this.linkAt = this.time + reconnectMs;
    this.act(this.session.closed(this.time));
  }

  private wait(): void {
    const next = Math.min(this.session.deadline, this.model.next, this.linkAt);
    if (next === Number.POSITIVE_INFINITY)
      throw new Error(`nothing will happen: ${JSON.stringify(this.steps.slice(-9))}`);
    this.time = Math.max(this.time, next);
    this.model.tick();
    if (this.time >= this.linkAt) {
      this.linkAt = Number.POSITIVE_INFINITY;
      this.linked = true;
      this.act(this.session.opened("192.168.1.9", this.time));
      this.model.connected();
    }
    this.act(this.session.tick(this.time));
  }

  private newSession(): BoardSession {
    return new BoardSession({
      name: () => "model",
      deviceId: id,
      limits: this.limits,
      state: this.state,
      program: (sha256) => this.programs.get(sha256),
      newId: () => String(this.ids++).padStart(8, "0"),
      newConnection: () => "",
    });
  }

  private act(actions: readonly SessionAction[]): void {
    for (const action of actions) {
      if (action.do === "send") this.outbox.push(action.message);
      else if (action.do === "stream")
        this.outbox.push(Uint8Array.of(WsskCommand.SetStreaming, action.bus ? 1 : 0, 1));
      else if (action.do === "drop-connection") this.dropping = true;
      else if (action.do === "save") this.state = action.state;
      else if (action.do === "emit") this.steps.push(action.event);
      else if (action.do === "end") {
        this.ended = true;
        this.reason = action.reason;
      }
    }
  }
}
