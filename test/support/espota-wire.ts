import { manualClock } from "../../src/board/manual-clock.js";
import { invitationOf, SessionBench } from "./core-session.js";
import type { Client, ClientStep } from "./espota-clients.js";

/** How the network treats one upload. */
export interface Network {
  /** The board gets the image in pieces of at most so many bytes. */
  readonly piece: () => number;
  /** ms that a segment takes; none overtakes another. */
  readonly delay: () => number;
  /** ms from one segment of the image to the next, at least. */
  readonly spacing?: number;
}

export interface WireEnd {
  readonly client: string;
  readonly milliseconds: number;
  /** Numbers that the board sent. */
  readonly answers: number;
  readonly tcp: string;
}

const tickMs = 50;

/** One upload through the real session, with a modelled uploader at the other end of a modelled TCP connection. */
export function runOverWire(image: Uint8Array, client: Client, network: Network): WireEnd {
  return new Wire(image, client, network).run();
}

class Wire {
  private readonly bench = new SessionBench({ restarts: false });
  private readonly clock = manualClock();
  private step: ClientStep | undefined;
  private waitsSince = 0;
  private inbox = "";
  private sent = 0;
  private lastUp = 0;
  private lastDown = 0;
  private answers = 0;
  private verdict: string | undefined;

  constructor(
    private readonly image: Uint8Array,
    private readonly client: Client,
    private readonly network: Network,
  ) {}

  run(): WireEnd {
    const { bench } = this;
    bench.datagram(invitationOf(this.image));
    bench.connected();
    this.resume(undefined);
    while (this.verdict === undefined) {
      this.clock.advance(tickMs);
      bench.now = this.clock.now();
      this.fromBoard(bench.tick());
      this.patience();
    }
    return { client: this.verdict, milliseconds: bench.now, answers: this.answers, tcp: bench.tcp };
  }

  private at(time: number, act: () => void): void {
    this.clock.after(time - this.bench.now, () => {
      this.bench.now = this.clock.now();
      act();
    });
  }

  private fromBoard(done: readonly string[]): void {
    for (const entry of done) {
      const [, what, ...words] = entry.split(" ");
      if (what !== "send") continue;
      const text = words.join(" ");
      if (/^\d+$/.test(text)) this.answers++;
      this.lastDown = Math.max(this.lastDown, this.bench.now + this.network.delay());
      this.at(this.lastDown, () => {
        this.inbox += text;
        this.read();
      });
    }
  }

  private read(): void {
    while (this.step?.do === "receive" && this.inbox !== "") {
      const text = this.inbox.slice(0, this.step.most);
      this.inbox = this.inbox.slice(text.length);
      this.resume(text);
    }
  }

  private patience(): void {
    if (this.step?.do === "receive" && this.bench.now - this.waitsSince >= this.step.ms)
      this.resume(undefined);
  }

  private resume(text: string | undefined): void {
    this.step = undefined;
    for (let value = this.client.next(text); ; value = this.client.next()) {
      if (value.done) {
        this.verdict = value.value;
        return;
      }
      if (value.value.do === "receive") {
        this.step = value.value;
        this.waitsSince = this.bench.now;
        return;
      }
      this.send(value.value.bytes);
    }
  }

  private send(bytes: number): void {
    for (let left = bytes; left > 0; ) {
      const length = Math.min(left, this.network.piece());
      const piece = this.image.slice(this.sent, this.sent + length);
      this.sent += length;
      left -= length;
      const spaced = this.lastUp + (this.network.spacing ?? 0);
      this.lastUp = Math.max(spaced, this.bench.now + this.network.delay());
      this.at(this.lastUp, () => this.fromBoard(this.bench.data(piece)));
    }
  }
}
