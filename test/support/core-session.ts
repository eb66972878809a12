import { AttemptLimiter, noAttempts } from "../../src/core/attempts.js";
import { type Action, acknowledgement, defaultTimes } from "../../src/core/espota/actions.js";
import { Authenticator, type Secrets } from "../../src/core/espota/auth.js";
import { EspotaSession, type SessionEvent } from "../../src/core/espota/session.js";
import type { AuthDialect } from "../../src/core/espota/wire.js";
import type { Peer } from "../../src/core/ports.js";
import { UpdatePhase } from "../../src/core/update/update.js";
import { nodeBytes } from "../../src/node/bytes.js";
import { nodeCrypto } from "../../src/node/crypto.js";
import { md5Of, pieces } from "./core-bundle.js";
import { image, RunBench } from "./core-run.js";
import type { StepPlan } from "./core-steps.js";
import type { TestTarget } from "./core-target.js";

export const host: Peer = { address: "10.0.0.2", port: 40001 };
export const stranger: Peer = { address: "10.0.0.66", port: 50001 };
export const hostTcpPort = 45002;

/** How often the board looks, ms. */
const tickMs = 50;

export interface SessionPlan {
  readonly password?: string | undefined;
  readonly dialect?: AuthDialect | undefined;
  /** Only bound answers count. */
  readonly strict?: boolean;
  readonly valve?: StepPlan;
  readonly restarts?: boolean;
  readonly target?: TestTarget;
  /** Nonces to use, in order; then counted ones. */
  readonly nonces?: readonly string[];
}

function secretsOf(password: string | undefined): Secrets {
  if (password === undefined) return { md5: "", sha256: "" };
  return { md5: md5Of(password), sha256: nodeCrypto.sha256Hex?.(nodeBytes.fromText(password)) ?? "" };
}

/** What espota.py sends; `change` alters a field. */
export function invitationOf(
  bytes: Uint8Array,
  change: { command?: number; size?: number; md5?: string } = {},
): string {
  const { command = 0, size = bytes.length, md5 = md5Of(bytes) } = change;
  return `${command} ${hostTcpPort} ${size} ${md5}\n`;
}

/** The answer of a client that knows `password` to "AUTH <nonce>" in the MD5 dialect. */
export function answerTo(challenge: string, password: string, cnonce = "c".repeat(32)): string {
  const nonce = challenge.slice("AUTH ".length);
  return `200 ${cnonce} ${md5Of(`${md5Of(password)}:${nonce}:${cnonce}`)}\n`;
}

/** A board's espota session under a clock of the test's own: no sockets, no waiting. */
export class SessionBench extends RunBench {
  readonly session: EspotaSession;
  readonly sessionEvents: SessionEvent[] = [];
  /** Everything the session wanted done, with the time: "0 reply 10.0.0.2:40001 OK", "1000 send OK". */
  readonly log: string[] = [];
  /** Text that went out by TCP, in one piece. */
  tcp = "";
  private readonly nonces: string[];
  private serial = 0;

  constructor(plan: SessionPlan = {}) {
    super(plan.valve ?? {}, plan.target);
    this.nonces = [...(plan.nonces ?? [])];
    const hex = (count: number): string => this.nonces.shift() ?? `${this.serial++}`.padStart(2 * count, "0");
    this.session = new EspotaSession(
      new Authenticator(nodeBytes, nodeCrypto, { hex }, plan.dialect ?? "md5", secretsOf(plan.password)),
      new AttemptLimiter(noAttempts()),
      plan.strict === true ? undefined : new AttemptLimiter(noAttempts()),
      this.run,
      defaultTimes,
      () => plan.restarts ?? true,
      (event) => void this.sessionEvents.push(event),
    );
  }

  datagram(text: string, from: Peer = host): string[] {
    return this.perform(this.session.onDatagram(this.now, text, from));
  }

  /** @returns the text that answered, or "" */
  ask(text: string, from: Peer = host): string {
    const answers = this.datagram(text, from).filter((entry) => entry.includes(" reply "));
    return answers.map((entry) => entry.split(" ").slice(3).join(" ")).join("|");
  }

  connected(): string[] {
    return this.perform(this.session.onConnected(this.now));
  }

  connectFailed(): string[] {
    return this.perform(this.session.onConnectFailed(this.now));
  }

  data(bytes: Uint8Array): string[] {
    return this.perform(acknowledgement(this.session.onData(bytes)));
  }

  closed(): string[] {
    return this.perform(this.session.onClosed(this.now));
  }

  /** Looks once, now. */
  tick(): string[] {
    return this.perform(this.session.tick(this.now));
  }

  /** Lets time pass, looking every 50 ms. @returns what was done meanwhile */
  pass(ms: number): string[] {
    const from = this.log.length;
    for (const end = this.now + ms; this.now < end; ) {
      this.now = Math.min(this.now + tickMs, end);
      this.perform(this.session.tick(this.now));
    }
    return this.log.slice(from);
  }

  /** Invitation and connection without a password. */
  open(bytes: Uint8Array = image): void {
    this.datagram(invitationOf(bytes));
    this.connected();
  }

  send(bytes: Uint8Array, chunk = 100): void {
    for (const piece of pieces(bytes, chunk)) this.data(piece);
  }

  /** A whole upload without a password, up to the result. */
  upload(bytes: Uint8Array = image): string[] {
    const from = this.log.length;
    this.open(bytes);
    this.send(bytes);
    this.pass(3500);
    return this.log.slice(from);
  }

  isBusy(): boolean {
    return this.session.isTransferring() || this.run.phase !== UpdatePhase.Idle;
  }

  get commits(): number {
    return this.target.calls.filter((call) => call === "commit").length;
  }

  private perform(actions: Action[]): string[] {
    const done: string[] = [];
    for (const action of actions) {
      let what: string = action.do;
      if (action.do === "reply") what += ` ${action.to.address}:${action.to.port} ${action.text}`;
      if (action.do === "connect") what += ` ${action.to.address}:${action.to.port}`;
      if (action.do === "send") what += ` ${action.text}`;
      if (action.do === "send") this.tcp += action.text;
      done.push(`${this.now} ${what}`);
    }
    this.log.push(...done);
    return done;
  }
}
