import { Board, type BoardLink } from "../../../src/devicescript/gateway/board.js";
import { randomKey } from "../../../src/devicescript/gateway/keys.js";
import type {
  BoardState,
  Reason,
  StoredBoard,
} from "../../../src/devicescript/gateway/store/stored-board.js";
import { life } from "../../../src/devicescript/gateway/update/life.js";
import { defaultLimits } from "../../../src/devicescript/gateway/update/limits.js";
import type { UploadOrder } from "../../../src/devicescript/gateway/upload-order.js";
import { WsskCommand } from "../../../src/devicescript/gateway/wssk/messages.js";
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
  faults: Fault[] = [];
  private readonly programs = new Map<string, Uint8Array>();
  private readonly jobs = new Set<{ readonly at: number; readonly then: () => void }>();
  private stored: StoredBoard = {
    id,
    name: "model",
    key: randomKey(),
    state: {},
  };
  private outbox: Uint8Array[] = [];
  private linked = false;
  private dropping = false;
  private linkAt = Number.POSITIVE_INFINITY;
  private sent = 0;
  private board = this.newBoard();
  private link: BoardLink | undefined;
  private ended = false;
  private reason: Reason | undefined;

  get state(): BoardState {
    return this.stored.state;
  }

  /** The board connects, and what follows from that is done. */
  connect(): void {
    this.linkAt = this.time;
    this.run(() => this.linkAt === Number.POSITIVE_INFINITY && this.outbox.length === 0 && !this.pending);
  }

  /** @returns why it failed; undefined when the program has proved itself */
  update(
    image: Uint8Array,
    options: Partial<Pick<UploadOrder, "force" | "retries">> = {},
  ): Reason | undefined {
    this.sent = 0;
    this.ended = false;
    this.reason = undefined;
    this.board.upload({
      program: { sha256: this.keep(image), size: image.length },
      from: "a test",
      force: false,
      retries: 3,
      ...options,
      onEvent: () => undefined,
      ended: (reason) => {
        this.ended = true;
        this.reason = reason;
      },
    });
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
    return this.jobs.size > 0;
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
      this.board.receive(bytes);
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
      this.board.close();
      this.board = this.newBoard();
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
    this.board.detach(this.link, "");
  }

  private wait(): void {
    const next = Math.min(...[...this.jobs].map(({ at }) => at), this.model.next, this.linkAt);
    if (next === Number.POSITIVE_INFINITY)
      throw new Error(`nothing will happen: ${JSON.stringify(this.steps.slice(-9))}`);
    this.time = Math.max(this.time, next);
    this.model.tick();
    if (this.time >= this.linkAt) {
      this.linkAt = Number.POSITIVE_INFINITY;
      this.linked = true;
      this.link = {
        address: "192.168.1.9",
        send: (message) => void this.outbox.push(message),
        close: () => {
          this.dropping = true;
        },
      };
      this.board.attach(this.link);
      this.model.connected();
    }
    for (const job of this.jobs) if (job.at <= this.time && this.jobs.delete(job)) job.then();
  }

  private newBoard(): Board {
    return new Board({
      stored: this.stored,
      folder: {
        program: (sha256) => this.programs.get(sha256),
        saveBoard: (stored) => {
          this.stored = stored;
        },
      },
      limits: defaultLimits,
      trust: [],
      clock: {
        now: () => this.time,
        after: (ms, then) => {
          const job = { at: this.time + ms, then };
          this.jobs.add(job);
          return () => void this.jobs.delete(job);
        },
      },
      onEvent: (event) => {
        if (event.event === "update") this.steps.push(event.step);
      },
      logs: false,
      life,
    });
  }
}
