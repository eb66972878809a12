import { AttemptLimiter, noAttempts } from "../../../src/core/attempts.js";
import { BundleTarget } from "../../../src/core/bundle/target.js";
import { type Action, defaultTimes } from "../../../src/core/espota/actions.js";
import { Authenticator } from "../../../src/core/espota/auth.js";
import { EspotaSession } from "../../../src/core/espota/session.js";
import { md5Hex } from "../../../src/core/md5.js";
import type { Peer, Random } from "../../../src/core/ports.js";
import { receivingOf } from "../../../src/core/update/image-receiver.js";
import { Journal } from "../../../src/core/update/journal.js";
import { SafeState, type SafeStep } from "../../../src/core/update/safe-state.js";
import { type StoreLayout, storeLayout } from "../../../src/core/update/store.js";
import { Update } from "../../../src/core/update/update.js";
import { bundleText } from "./bundle-text.js";
import { RamFlash } from "./ram-flash.js";
import type { Suite } from "./suite.js";

export const password = "admin";
export const nonce = "25d55ad283aa400af464c76d713c07ad";
const cnonce = "9df46d83d050a6aae5f77607d58bab9a";
const fixedNonce: Random = { hex: () => nonce };
const host: Peer = { address: "10.0.0.2", port: 40001 };

/** Takes `closeMs` of the bench's time to close. */
class Valve implements SafeStep {
  readonly name: string;
  readonly deadlineMs: number;
  /** "closed", "open", "closing". */
  state: string;
  private since: number;

  constructor(
    private readonly bench: UpdateBench,
    private readonly closeMs: number,
  ) {
    this.name = "valve 2";
    this.deadlineMs = 5000;
    this.state = "open";
    this.since = 0;
  }

  enter(): void {
    this.state = "closing";
    this.since = this.bench.now;
  }

  check(): true | string {
    if (this.bench.now - this.since < this.closeMs) return "closing valve 2";
    this.state = "closed";
    return true;
  }

  leave(): void {
    this.state = "open";
  }
}

/** A board with a valve that takes `valveMs` to close, under the suite's clock: everything but sockets and chip. */
export class UpdateBench {
  readonly layout: StoreLayout;
  readonly flash: RamFlash;
  readonly journal: Journal;
  now: number;
  readonly valve: Valve;
  /** What the session wanted done: "reply OK", "connect 45002", "send 100", … */
  log: string[];
  private readonly session: EspotaSession;

  constructor(
    private readonly suite: Suite,
    valveMs: number,
  ) {
    const bytes = suite.bytes;
    this.layout = storeLayout(1024, 1, 2);
    this.flash = new RamFlash(bytes, 1024, this.layout.blocks);
    this.journal = new Journal(bytes, suite.crypto, this.flash, this.layout.journal);
    this.journal.open();
    this.provision(bundleText(bytes, suite.crypto, "1.0.0", "print(1);"));
    this.now = 0;
    this.valve = new Valve(this, valveMs);
    this.log = [];
    const options = { engine: 1, family: 0, agentVersion: "1.0.0" };
    const target = new BundleTarget(bytes, suite.crypto, this.flash, this.layout, this.journal, options);
    const safe = new SafeState();
    safe.steps = [this.valve];
    const receiving = receivingOf(bytes, suite.crypto, [target]);
    const run = new Update({
      capacity: receiving.capacity,
      receiver: receiving.receiver,
      safe: safe,
      policy: () => undefined,
      notify: () => undefined,
    });
    const secrets = { md5: md5Hex(bytes, suite.crypto, password), sha256: "" };
    this.session = new EspotaSession(
      new Authenticator(bytes, suite.crypto, fixedNonce, "md5", secrets),
      new AttemptLimiter(noAttempts()),
      new AttemptLimiter(noAttempts()),
      run,
      defaultTimes,
      () => true,
      () => undefined,
    );
  }

  bundle(version: string, payload: string): string {
    return bundleText(this.suite.bytes, this.suite.crypto, version, payload);
  }

  md5(text: string): string {
    return md5Hex(this.suite.bytes, this.suite.crypto, text);
  }

  invite(image: string, md5: string): void {
    this.perform(this.session.onDatagram(this.now, `0 45002 ${image.length} ${md5}\n`, host));
  }

  answer(word: string): void {
    const proof = this.md5(`${this.md5(word)}:${nonce}:${cnonce}`);
    this.perform(this.session.onDatagram(this.now, `200 ${cnonce} ${proof}\n`, host));
  }

  connected(): void {
    this.perform(this.session.onConnected(this.now));
  }

  /** Invitation, password, safe state, connection. */
  enter(image: string, md5: string): void {
    this.invite(image, md5);
    this.answer(password);
    this.pass(4000);
    this.connected();
  }

  /** @returns sum of the acknowledged bytes */
  send(image: string, piece: number): number {
    let acknowledged = 0;
    for (let from = 0; from < image.length; from += piece) {
      const chunk = this.suite.bytes.fromText(image.slice(from, from + piece));
      acknowledged += this.session.onData(chunk);
    }
    return acknowledged;
  }

  closed(): void {
    this.perform(this.session.onClosed(this.now));
  }

  pass(ms: number): void {
    const end = this.now + ms;
    while (this.now < end) {
      this.now += 100;
      this.perform(this.session.tick(this.now));
    }
  }

  /** What was wanted since the last time, in one line. */
  wanted(): string {
    const text = this.log.join(", ");
    this.log = [];
    return text;
  }

  /** As a board comes from its first flash: an application in slot a. */
  private provision(app: string): void {
    this.flash.write(this.suite.bytes.fromText(app), this.layout.app[0] * 1024);
    this.flash.writes = 0;
  }

  private perform(actions: Action[]): void {
    for (const action of actions) {
      if (action.do === "reply") this.log.push(`reply ${action.text}`);
      else if (action.do === "connect") this.log.push(`connect ${action.to.port}`);
      else if (action.do === "send") this.log.push(`send ${action.text}`);
      else this.log.push(action.do);
    }
  }
}
