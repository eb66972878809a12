import { crashOf } from "../../../src/devicescript/gateway/exception-text.js";
import { Manager } from "../../../src/devicescript/gateway/manager.js";
import type { BoardContext } from "../../../src/devicescript/gateway/update/context.js";
import type { Job } from "../../../src/devicescript/gateway/update/job.js";
import { defaultLimits, type Limits } from "../../../src/devicescript/gateway/update/limits.js";
import { Runner } from "../../../src/devicescript/gateway/update/runner.js";
import {
  type BoardState,
  freshState,
  noProgram,
  type Reason,
} from "../../../src/devicescript/gateway/update/task.js";
import { Command, readMessage } from "../../../src/devicescript/gateway/wssk/messages.js";
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
  state: BoardState = freshState;
  faults: Fault[] = [];
  private readonly programs = new Map<string, Uint8Array>();
  private readonly limits: Limits;
  private outbox: Uint8Array[] = [];
  private linked = false;
  private dropping = false;
  private linkAt = Number.POSITIVE_INFINITY;
  private sent = 0;
  private ids = 0;
  private context: BoardContext;
  private runner: Runner;

  constructor(limits: Partial<Limits> = {}) {
    this.limits = { ...defaultLimits, ...limits };
    this.context = this.newContext();
    this.runner = new Runner(this.context);
  }

  /** The board connects, and what follows from that is done. */
  connect(): void {
    this.linkAt = this.time;
    this.run(() => this.linkAt === Number.POSITIVE_INFINITY && this.outbox.length === 0 && !this.pending);
  }

  /** @returns why it failed; undefined when the program has proved itself */
  update(image: Uint8Array, options: Partial<Job> = {}): Reason | undefined {
    this.sent = 0;
    let ended = false;
    let reason: Reason | undefined;
    const job: Job = {
      program: { sha256: this.keep(image), size: image.length },
      from: "a test",
      force: false,
      retries: 3,
      cancelled: false,
      tell: () => undefined,
      done: () => {
        ended = true;
      },
      failed: (why) => {
        ended = true;
        reason = why;
      },
      ...options,
    };
    this.context.queued = job;
    this.runner.feed({ kind: "job" });
    this.run(() => ended || (this.context.job !== job && this.context.queued !== job));
    return ended ? reason : { code: "GATEWAY_LOST", text: "" };
  }

  cancel(): void {
    const job = this.context.job ?? this.context.queued;
    if (job !== undefined) job.cancelled = true;
    this.runner.feed({ kind: "cancelled" });
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
    return this.runner.deadline !== Number.POSITIVE_INFINITY;
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
      const message = readMessage(bytes);
      if (message.kind === "exception") {
        const crash = crashOf(message.text);
        if (crash !== undefined) this.runner.feed({ kind: "crashed", text: crash });
      } else this.runner.receive(message);
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
    if (fault?.what === "change" && message[0] === Command.DeployWrite) {
      const changed = Uint8Array.from(message);
      changed[changed.length - 1] ^= 1;
      this.model.receive(changed);
      return;
    }
    // The message may arrive before the end, or not.
    if (fault === undefined || fault.what === "change" || at % 2 === 0) this.model.receive(message);
    if (fault?.what === "cut") this.model.powerCut();
    if (fault !== undefined && fault.what !== "change") this.unlink();
    if (fault?.what === "restart") {
      this.context = this.newContext();
      this.runner = new Runner(this.context);
    }
  }

  private unlink(): void {
    this.dropping = false;
    if (!this.linked) return;
    this.linked = false;
    this.model.take();
    this.outbox = [];
    this.linkAt = this.time + reconnectMs;
    this.runner.feed({ kind: "closed" });
  }

  private wait(): void {
    const next = Math.min(this.runner.deadline, this.model.next, this.linkAt);
    if (next === Number.POSITIVE_INFINITY)
      throw new Error(`nothing will happen: ${JSON.stringify(this.steps.slice(-9))}`);
    this.time = Math.max(this.time, next);
    this.model.tick();
    if (this.time >= this.linkAt) {
      this.linkAt = Number.POSITIVE_INFINITY;
      this.linked = true;
      this.context.manager = new Manager(id);
      this.runner.feed({ kind: "opened" });
      this.model.connected();
    }
    this.runner.tick();
  }

  private newContext(): BoardContext {
    return {
      name: "model",
      limits: this.limits,
      now: () => this.time,
      send: (message) => this.outbox.push(message),
      address: () => "192.168.1.9",
      connected: () => this.linked,
      drop: () => {
        this.dropping = true;
      },
      listen: (bus) => {
        this.outbox.push(Uint8Array.of(Command.SetStreaming, bus ? 1 : 0, 1));
      },
      state: () => this.state,
      save: (state) => {
        this.state = state;
      },
      program: (sha256) => this.programs.get(sha256),
      newId: () => String(this.ids++).padStart(8, "0"),
      note: (event) => this.steps.push(event),
      manager: new Manager(id),
      noBus: false,
      sha256: noProgram,
      hello: undefined,
      prepared: undefined,
      queued: undefined,
      rotation: undefined,
      job: undefined,
    };
  }
}
