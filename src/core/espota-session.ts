import { AckPacer } from "./ack-pacer.js";
import type { AttemptLimiter } from "./attempts.js";
import type { Authenticator } from "./auth.js";
import { type Fault, FaultNumber, fault, faultLine, isNotNow } from "./errors.js";
import { type Invitation, isNative, parseAuthResponse, parseInvitation } from "./invitation.js";
import { PendingChallenges } from "./pending.js";
import type { Chunk } from "./ports.js";
import { RunPhase, type UpdateRun } from "./update-run.js";

/** Where a datagram came from, or goes. */
export interface Peer {
  readonly address: string;
  readonly port: number;
}

/** What the adapter has to do, in this order. */
export type Action =
  | { readonly do: "reply"; readonly to: Peer; readonly text: string }
  | { readonly do: "connect"; readonly to: Peer }
  | { readonly do: "send"; readonly text: string }
  | { readonly do: "close" }
  | { readonly do: "restart" };

export type SessionEvent =
  | { readonly event: "invitation"; readonly from: string; readonly size: number }
  | { readonly event: "authenticated"; readonly from: string }
  | { readonly event: "auth-failed"; readonly from: string }
  | { readonly event: "connected"; readonly from: string };

/** ms. The defaults fit stock espota.py, which waits 10 s for each answer and 10 s for the connection. */
export interface SessionTimes {
  /** The answer to AUTH must come within this. */
  readonly authMs: number;
  /** How long "OK" may be held back for the safe state; the TCP connection for as long again. */
  readonly holdMs: number;
  readonly connectMs: number;
  /** A peer that sends nothing for so long is dropped. */
  readonly idleMs: number;
  /** The same while the native updater has the image first. */
  readonly nativeIdleMs: number;
  /**
   * Silence before the result, unless the uploader needs none: a result in the same segment as the last number makes
   * espota.py hang.
   */
  readonly gapMs: number;
}

export const defaultTimes: SessionTimes = {
  authMs: 10000,
  holdMs: 8000,
  connectMs: 10000,
  idleMs: 10000,
  nativeIdleMs: 120000,
  gapMs: 1000,
};

const enum State {
  Idle = 0,
  /** Authenticated; "OK" is held back while the equipment becomes safe. */
  Holding = 1,
  /** "OK" is out; the connection waits for the safe state. */
  Waiting = 2,
  Connecting = 3,
  Receiving = 4,
  /** Everything is in; to be verified at the next tick. */
  Received = 5,
  /** It has failed: the rest is acknowledged and thrown away, so that the uploader comes to read why. */
  Draining = 6,
  /** The silence before the result. */
  Gap = 7,
  /** The result is out; the uploader closes, or we do. */
  Closing = 8,
}

const closeMs = 2000;
const drainMs = 15000;

/**
 * The device's side of espota: one update at a time, from the invitation by UDP to "OK" or an error text by TCP.
 * No I/O: events go in, actions come out, and `tick` is called every 50..200 ms while `isBusy`.
 */
export class EspotaSession {
  /** A caller that keeps pieces back counts them here as they come, and sends the number that this returns. */
  readonly pacer: AckPacer;
  private state: State;
  private pending: PendingChallenges;
  /** Who the UDP answer goes to. */
  private peer: Peer;
  private invitation: Invitation;
  private since: number;
  private received: number;
  private failure: Fault | undefined;
  private succeeded: boolean;

  constructor(
    private readonly auth: Authenticator,
    private readonly limiter: AttemptLimiter,
    private readonly run: UpdateRun,
    private readonly times: SessionTimes,
    /** Whether a committed update restarts the board. */
    private readonly restarts: () => boolean,
    private readonly notify: (event: SessionEvent) => void,
  ) {
    this.pacer = new AckPacer();
    this.state = State.Idle;
    this.pending = new PendingChallenges(times.authMs);
    this.peer = { address: "", port: 0 };
    this.invitation = { command: 0, port: 0, size: 0, md5: "", needsGap: true };
    this.since = 0;
    this.received = 0;
    this.failure = undefined;
    this.succeeded = false;
  }

  isBusy(): boolean {
    return this.state !== State.Idle || this.run.phase() !== RunPhase.Idle;
  }

  /** A datagram came; what the original would not understand is passed over in silence. */
  onDatagram(now: number, text: string, from: Peer): Action[] {
    const response = parseAuthResponse(text);
    if (response !== undefined) {
      const challenge = this.pending.take(now, from.address);
      if (challenge === undefined) return [];
      const wait = this.limiter.waitMs(now, from.address);
      if (wait > 0) return [this.tooMany(from, wait)];
      if (!this.auth.accepts(challenge.nonce, response)) {
        this.limiter.failed(now, from.address);
        this.notify({ event: "auth-failed", from: from.address });
        return [{ do: "reply", to: from, text: "Authentication Failed" }];
      }
      this.limiter.succeeded(from.address);
      this.notify({ event: "authenticated", from: from.address });
      return this.accept(now, challenge.invitation, from);
    }
    const invitation = parseInvitation(text);
    if (invitation === undefined) return [];
    if (this.state !== State.Idle) {
      // The same uploader asking again because no answer came yet; the answer will come.
      if (from.address === this.peer.address && from.port === this.peer.port) return [];
      return [this.refusal(from, fault(FaultNumber.RunningAlready, ""))];
    }
    this.notify({ event: "invitation", from: from.address, size: invitation.size });
    if (this.auth.isOpen()) return this.accept(now, invitation, from);
    const wait = this.limiter.waitMs(now, from.address);
    if (wait > 0) return [this.tooMany(from, wait)];
    const nonce = this.pending.challenge(now, from, invitation, this.auth);
    return [{ do: "reply", to: from, text: `AUTH ${nonce}` }];
  }

  /** Time has passed. */
  tick(now: number): Action[] {
    const waited = now - this.since;
    switch (this.state) {
      case State.Idle:
        this.run.poll(now);
        return [];
      case State.Holding:
        return this.hold(now, waited);
      case State.Waiting:
        return this.waitForSafety(now, waited);
      case State.Connecting:
        if (waited < this.times.connectMs) {
          this.poll(now);
          return [];
        }
        return this.onConnectFailed(now);
      case State.Receiving: {
        const number = this.pacer.tick(now);
        const silent = this.pacer.quietMs >= this.idleMs();
        this.poll(now);
        if (this.failure === undefined && silent)
          this.giveUp(fault(FaultNumber.Silent, `no data for ${this.idleMs()} ms`));
        if (this.failure !== undefined) this.enter(silent ? State.Gap : State.Draining, now);
        return sendNumber(number);
      }
      case State.Received: {
        const failed = this.run.verify(false);
        if (failed !== undefined) this.failure = failed;
        this.enter(State.Gap, now);
        return this.tick(now);
      }
      case State.Draining:
        if (waited >= drainMs) this.enter(State.Gap, now);
        return sendNumber(this.pacer.tick(now));
      case State.Gap:
        if (this.invitation.needsGap && waited < this.times.gapMs) {
          this.poll(now);
          return [];
        }
        return this.tellResult(now);
      case State.Closing:
        return waited >= closeMs ? this.end([{ do: "close" }]) : [];
      default:
        return [];
    }
  }

  /** The connection that a `connect` action asked for stands. */
  onConnected(now: number): Action[] {
    if (this.state !== State.Connecting) return [{ do: "close" }];
    this.received = 0;
    this.pacer.start(now, this.invitation.size, isNative(this.invitation.command));
    this.notify({ event: "connected", from: this.peer.address });
    if (this.failure === undefined) this.failure = this.run.open();
    this.enter(this.failure === undefined ? State.Receiving : State.Draining, now);
    return [];
  }

  onConnectFailed(_now: number): Action[] {
    if (this.state !== State.Connecting) return [];
    this.giveUp(fault(FaultNumber.Connect, `no connection to ${this.peer.address}:${this.invitation.port}`));
    return this.end([{ do: "close" }]);
  }

  /**
   * Bytes of the image that may be collected before `onData` has to hear of them; 0: nothing may wait. On an
   * interpreter a piece costs the same whatever its size, so a runtime with memory for it collects some.
   */
  mayCollect(): number {
    if (this.state !== State.Receiving || isNative(this.invitation.command)) return 0;
    return this.invitation.size - this.received;
  }

  /**
   * Image bytes, of which the pacer may have counted some before.
   * @param acknowledged how many of them the caller has answered by itself, which the pacer does not know of
   */
  onData(now: number, chunk: Chunk, acknowledged: number): Action[] {
    this.pacer.skip(acknowledged);
    if (this.state === State.Receiving) {
      this.received += chunk.length;
      if (this.received > this.invitation.size) return this.tooMuch(now);
      this.failure = this.run.write(chunk);
      if (this.failure !== undefined && isNative(this.invitation.command)) {
        // Who drives the native updater goes on at an acknowledgement only, and reads the reason at any time.
        this.enter(State.Gap, now);
        return [];
      }
      if (this.failure !== undefined) this.state = State.Draining;
      else if (this.received === this.invitation.size) this.enter(State.Received, now);
    } else if (this.state === State.Draining) {
      this.received += chunk.length;
    } else if (this.state === State.Received || this.state === State.Gap) {
      // After a failure the first reason stands, and who goes on sending does not put off its end.
      return this.failure === undefined ? this.tooMuch(now) : [];
    } else {
      return [];
    }
    if (this.state === State.Draining && this.received >= this.invitation.size) this.enter(State.Gap, now);
    const number = this.pacer.arrived(this.received - this.pacer.received);
    // Silence is counted from here; what had been kept back may be due by now.
    return sendNumber(number + this.pacer.tick(now));
  }

  /** The uploader closed the connection, or it broke. */
  onClosed(_now: number): Action[] {
    switch (this.state) {
      case State.Receiving:
        this.giveUp(
          this.received === 0
            ? fault(FaultNumber.NoData, "")
            : fault(
                FaultNumber.Aborted,
                `connection closed at ${this.received} of ${this.invitation.size} bytes`,
              ),
        );
        return this.end([]);
      case State.Received:
      case State.Gap:
        // Nobody would learn that it worked: an update that its sender takes for failed must not run.
        this.giveUp(fault(FaultNumber.Aborted, "connection closed before the result"));
        return this.end([]);
      case State.Draining:
      case State.Closing:
        return this.end([]);
      default:
        return [];
    }
  }

  private accept(now: number, invitation: Invitation, from: Peer): Action[] {
    if (this.state !== State.Idle) return [this.refusal(from, fault(FaultNumber.RunningAlready, ""))];
    const refused = this.run.begin(now, {
      command: invitation.command,
      size: invitation.size,
      md5: invitation.md5,
      from: from.address,
    });
    if (refused !== undefined) return [this.refusal(from, refused)];
    this.peer = from;
    this.invitation = invitation;
    this.failure = undefined;
    this.succeeded = false;
    this.enter(State.Holding, now);
    return this.hold(now, 0);
  }

  private hold(now: number, waited: number): Action[] {
    const failed = this.run.poll(now);
    if (failed !== undefined) {
      this.state = State.Idle;
      return [this.refusal(this.peer, failed)];
    }
    const ok: Action = { do: "reply", to: this.peer, text: "OK" };
    if (this.run.phase() === RunPhase.Prepared) return [ok, this.connect(now)];
    if (waited < this.times.holdMs) return [];
    if (this.run.remainingMs(now) > this.times.holdMs) {
      const text = this.comeBack(now);
      this.state = State.Idle;
      return [{ do: "reply", to: this.peer, text: `ERR: ${text}\n` }];
    }
    this.enter(State.Waiting, now);
    return [ok];
  }

  private waitForSafety(now: number, waited: number): Action[] {
    const failed = this.run.poll(now);
    if (failed !== undefined) this.failure = failed;
    else if (this.run.phase() !== RunPhase.Prepared) {
      if (waited < this.times.holdMs) return [];
      this.failure = fault(FaultNumber.SafeState, this.comeBack(now));
    }
    // Also when it failed: the uploader waits for the connection, and there it reads why.
    return [this.connect(now)];
  }

  /** Says when to come back, and stays prepared for that. */
  private comeBack(now: number): string {
    const seconds = Math.ceil(this.run.remainingMs(now) / 1000);
    this.run.park(now);
    return `${this.run.waitingFor()}, try again in ${seconds} s`;
  }

  private connect(now: number): Action {
    this.enter(State.Connecting, now);
    return { do: "connect", to: { address: this.peer.address, port: this.invitation.port } };
  }

  /** The equipment is watched all the while; if it leaves its safe state, so does the update. */
  private poll(now: number): void {
    const failed = this.run.poll(now);
    if (failed !== undefined && this.failure === undefined) this.failure = failed;
  }

  private tooMuch(now: number): Action[] {
    this.giveUp(fault(FaultNumber.Size, ""));
    this.enter(State.Gap, now);
    return [];
  }

  private tellResult(now: number): Action[] {
    if (this.failure === undefined) this.failure = this.run.commit(now);
    if (this.failure !== undefined)
      return this.end([{ do: "send", text: faultLine(this.failure) }, { do: "close" }]);
    this.enter(State.Closing, now);
    this.succeeded = true;
    return [{ do: "send", text: "OK" }];
  }

  private end(actions: Action[]): Action[] {
    this.state = State.Idle;
    if (!this.succeeded) return actions;
    this.succeeded = false;
    const restarts = this.restarts();
    this.run.finish(restarts);
    if (restarts) actions.push({ do: "restart" });
    return actions;
  }

  private giveUp(why: Fault): void {
    this.failure = why;
    this.run.fail(why);
  }

  private idleMs(): number {
    return isNative(this.invitation.command) ? this.times.nativeIdleMs : this.times.idleMs;
  }

  private enter(state: State, now: number): void {
    this.state = state;
    this.since = now;
  }

  private tooMany(to: Peer, waitMs: number): Action {
    return this.refusal(
      to,
      fault(FaultNumber.TooManyAttempts, `locked, try again in ${Math.ceil(waitMs / 1000)} s`),
    );
  }

  /** What the user can do something about comes first in the text: stock espota.py shows 32 characters of it. */
  private refusal(to: Peer, why: Fault): Action {
    let text = faultLine(why);
    if (why.number === FaultNumber.SafeState) text = `${why.text}\n`;
    else if (isNotNow(why)) text = `${why.text} (ERROR[${why.number}])\n`;
    return { do: "reply", to: to, text: `ERR: ${text}` };
  }
}

function sendNumber(number: number): Action[] {
  return number > 0 ? [{ do: "send", text: `${number}` }] : [];
}
