import { type Fault, FaultNumber, fault } from "../../src/core/errors.js";
import { receivingOf } from "../../src/core/update/image-receiver.js";
import type { Offer } from "../../src/core/update/offer.js";
import { SafeState } from "../../src/core/update/safe-state.js";
import type { Target } from "../../src/core/update/target.js";
import { Update, type UpdateEvent, UpdatePhase } from "../../src/core/update/update.js";
import { nodeBlocks } from "../../src/node/bytes.js";
import { nodeCrypto } from "../../src/node/crypto.js";
import { md5Of } from "./core-bundle.js";
import { type StepPlan, TestStep } from "./core-steps.js";
import { TestTarget } from "./core-target.js";

/** Bytes that go to the target at once: so few that the tests' small images have many of them. */
export const runBlock = 128;

/** An update run on a board with one valve, under the test's clock, and all that was reported. */
export class RunBench {
  now = 0;
  readonly target: TestTarget;
  readonly safe = new SafeState();
  readonly valve: TestStep;
  readonly run: Update;
  /** Bytes of the largest image for a command. */
  readonly capacity: (command: number) => number;
  readonly events: UpdateEvent[] = [];
  /** "start", "progress 0/100", "end", "error 17" */
  readonly heard: string[] = [];
  refuse: Fault | undefined;
  /** False: the image is not taken beside the application. */
  canStay = true;
  /** Name of the hook that throws. */
  throwing = "";
  /** Bytes of the update under way, or of the last one, that `write` took. */
  done = 0;

  constructor(valve: StepPlan = {}, target: TestTarget = new TestTarget(), others: Target[] = []) {
    this.target = target;
    this.valve = new TestStep("valve 2", () => this.now, valve);
    this.safe.steps = [this.valve];
    const receiving = receivingOf(nodeBlocks(runBlock), nodeCrypto, [...others, target]);
    this.capacity = receiving.capacity;
    this.run = new Update({
      ...receiving,
      safe: this.safe,
      policy: () => this.refuse,
      canStay: () => this.canStay,
      notify: (event) => this.notified(event),
    });
    this.run.hooks = {
      onStart: () => this.hear("start", "start"),
      onProgress: (done, total) => {
        this.done = done;
        this.hear("progress", `progress ${done}/${total}`);
      },
      onEnd: () => this.hear("end", "end"),
      onError: (why) => this.hear("error", `error ${why.number}`),
    };
  }

  /** Whether bytes are taken, or were all taken and are not committed yet. */
  get isRunning(): boolean {
    return this.run.phase === UpdatePhase.Writing || this.run.phase === UpdatePhase.Verified;
  }

  /** Errors that the application received. */
  get errors(): string[] {
    return this.heard.filter((text) => text.startsWith("error"));
  }

  eventNames(): string[] {
    return this.events.map(({ event }) => event);
  }

  protected notified(event: UpdateEvent): void {
    this.events.push(event);
  }

  private hear(hook: string, text: string): void {
    this.heard.push(text);
    if (this.throwing === hook) throw new Error(`${hook} hook is broken`);
  }
}

export const image = Uint8Array.from({ length: 1000 }, (_, i) => (i * 7) & 255);

export function offerOf(bytes: Uint8Array = image): Offer {
  return { command: 0, size: bytes.length, md5: md5Of(bytes), from: "10.0.0.2" };
}

export const flashBroken = fault(FaultNumber.Write, "");
