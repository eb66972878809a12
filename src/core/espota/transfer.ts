import { type Fault, FaultNumber, fault, faultLine } from "../errors.js";
import type { BlockBuffer, Chunk, Peer } from "../ports.js";
import type { Errand } from "../update/errand.js";
import type { Offer } from "../update/offer.js";
import { type Update, UpdatePhase } from "../update/update.js";
import { AckPacer } from "./ack-pacer.js";
import { type Action, acknowledgement, refusalReply, type SessionTimes } from "./actions.js";
import { EspotaReply, type Invitation } from "./wire.js";

// Longer than most: the table of states and the code that follows it stand side by side.

export interface TransferEvent {
  readonly event: "connected";
  readonly from: string;
}

/**
 * The states, and what each event does in them; "Idle: f" ends the update with the fault f. A fault of the update
 * (equipment that left its safe state, a refused header, a full flash) in Receiving leads to Draining.
 *
 *               tick                                              data                        closed
 *   Idle        polls a preparation that was parked               ignored                     ignored
 *   Holding     fault: ERR, Idle. Safe: OK, Connecting. After     ignored                     ignored
 *               holdMs: OK, Waiting, or ERR with the seconds
 *               that the safe state still takes, parked, Idle
 *   Waiting     safe, fault or holdMs over: Connecting            ignored                     ignored
 *   Connecting  connectMs over: Idle: Connect                     (onConnected: Receiving)    ignored
 *   Receiving   idleMs of silence: Gap: Silent                    all there: Received         Idle: Aborted
 *   Received    the second one verifies: Gap                      Gap: Size                   Idle: Aborted
 *   Draining    acknowledges; after drainMs: Gap                  acknowledged; all: Gap      Idle
 *   Gap         after gapMs commits: OK, Closing, or the fault's  Gap: Size                   Idle: Aborted
 *               line, Idle
 *   Closing     after closeMs: Idle and the restart               ignored                     Idle and the restart
 */
const enum State {
  Idle = 0,
  /** Authenticated; "OK" is held back while the equipment becomes safe. */
  Holding = 1,
  /** "OK" is sent; the connection waits for the safe state, or for a restart into update mode. */
  Waiting = 2,
  Connecting = 3,
  Receiving = 4,
  Received = 5,
  /** It has failed: the uploader sends all before it reads why. */
  Draining = 6,
  /** The silence before the result. */
  Gap = 7,
  /** The result is sent. */
  Closing = 8,
}

/** Until an image comes: below a limit of 0 nothing is put into it. */
const noBlock: BlockBuffer = { length: 0, set: () => undefined };
const closeMs = 2000;
/** Later than any clock, ms: no tick has come yet. */
const noTick = 1e15;
const drainMs = 15000;

/**
 * The second half of espota on the device: one update, from an accepted invitation (handshake.ts) to "OK" or an error
 * text by TCP. No I/O: events go in, actions come out; `tick` is called every 50..200 ms while it
 * or the update is not idle.
 */
export class EspotaTransfer {
  /** Offset in the block of the next piece. The members of the hot path come first: lookups follow this order. */
  private at = 0;
  /** Nothing is due before that offset. */
  private limit = 0;
  private block: BlockBuffer = noBlock;
  private answersEach = false;
  private state: State = State.Idle;
  /** Who the UDP answer goes to. */
  private peer: Peer = { address: "", port: 0 };
  private invitation: Invitation = { command: 0, port: 0, size: 0, md5: "", needsGap: true };
  private since = 0;
  /** ms, at the last event that came with the time. */
  private now = 0;
  /** Bytes of the image that came before the ones in the block: with `at` all of them. */
  private before = 0;
  private pacer: AckPacer = new AckPacer(0, 0, false);
  private failure: Fault | undefined = undefined;

  constructor(
    private readonly run: Update,
    private readonly times: SessionTimes,
    /** Whether a committed update restarts the board. */
    private readonly restarts: () => boolean,
    private readonly notify: (event: TransferEvent) => void,
  ) {}

  /** Whether an invitation has been accepted that has no result yet. */
  isTransferring(): boolean {
    return this.state !== State.Idle;
  }

  /** Whether `from` waits for its answer already: it repeats the invitation because none has come yet. */
  isWaiting(from: Peer): boolean {
    return this.state !== State.Idle && from.address === this.peer.address && from.port === this.peer.port;
  }

  /** Time has passed. */
  tick(now: number): Action[] {
    this.now = now;
    // First: it is nearly always this one.
    if (this.state === State.Receiving) return this.watch(now);
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
      case State.Received: {
        // Verifying takes seconds in which nothing leaves the board: the last number goes first.
        if (waited < 0) {
          this.since = now;
          return [];
        }
        const failed = this.run.verify();
        if (failed !== undefined) this.failure = failed;
        this.enter(State.Gap, now);
        return this.tick(now);
      }
      case State.Draining:
        if (waited >= drainMs) this.enter(State.Gap, now);
        return acknowledgement(this.pacer.tick(now, this.before + this.at));
      case State.Gap:
        if (this.invitation.needsGap && waited < this.times.gapMs) {
          this.poll(now);
          return [];
        }
        return this.sendResult(now);
      case State.Closing:
        return waited >= closeMs ? this.end([{ do: "close" }]) : [];
      default:
        return [];
    }
  }

  private watch(now: number): Action[] {
    const number = this.pacer.tick(now, this.before + this.at);
    const silent = this.pacer.quietMs >= this.times.idleMs;
    this.poll(now);
    if (this.failure === undefined && silent)
      this.giveUp(fault(FaultNumber.Silent, `no data for ${this.times.idleMs} ms`));
    if (this.failure !== undefined) this.enter(silent ? State.Gap : State.Draining, now);
    return acknowledgement(number);
  }

  /** The connection that a `connect` action requested is open. */
  onConnected(now: number): Action[] {
    if (this.state !== State.Connecting) return [{ do: "close" }];
    this.now = now;
    this.pacer = new AckPacer(now, this.invitation.size, !this.invitation.needsGap);
    this.at = 0;
    this.before = 0;
    this.answersEach = false;
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

  /** Image bytes. @returns bytes to acknowledge now */
  onData(chunk: Chunk): number {
    const at = this.at;
    const end = at + chunk.length;
    // Nearly all of an image comes this way.
    if (end < this.limit) {
      this.block.set(chunk, at);
      this.at = end;
      return this.answersEach ? end - at : 0;
    }
    return this.onPiece(chunk, this.before + end);
  }

  private onPiece(chunk: Chunk, received: number): number {
    const receiver = this.run.receiver;
    const size = this.invitation.size;
    if (this.state === State.Receiving && receiver !== undefined) {
      if (received > size) return this.tooMuch();
      receiver.received += this.at - receiver.filled;
      receiver.filled = this.at;
      this.failure = this.run.write(chunk);
      if (this.failure !== undefined) this.enter(State.Draining, this.now);
      this.at = receiver.filled;
    } else if (this.state === State.Received || this.state === State.Gap) {
      // After a failure the first reason stands, and more data does not put off the end.
      return this.failure === undefined ? this.tooMuch() : 0;
    } else if (this.state !== State.Draining) {
      return 0;
    }
    this.before = received - this.at;
    const number = this.answersEach ? chunk.length : this.pacer.arrived(received);
    if (received >= size) {
      if (this.failure === undefined) this.enter(State.Received, noTick);
      else this.enter(State.Gap, this.now);
    } else if (this.failure === undefined && receiver !== undefined) {
      const due = this.pacer.due - this.before;
      this.block = receiver.block;
      this.limit = receiver.limit();
      this.answersEach = this.pacer.block === 1;
      if (!this.answersEach && due < this.limit) this.limit = due;
    }
    return number;
  }

  /** The uploader closed the connection, or it broke. */
  onClosed(_now: number): Action[] {
    const state = this.state;
    const received = this.before + this.at;
    if (state === State.Receiving) {
      const text = `connection closed at ${received} of ${this.invitation.size} bytes`;
      this.giveUp(received === 0 ? fault(FaultNumber.NoData, "") : fault(FaultNumber.Aborted, text));
    } else if (state === State.Received || state === State.Gap) {
      // An update that its sender believes failed must not run.
      this.giveUp(fault(FaultNumber.Aborted, "connection closed before the result"));
    } else if (state !== State.Draining && state !== State.Closing) return [];
    return this.end([]);
  }

  /** Goes on after a restart into update mode (errand.ts): the peer has its "OK" and waits for the connection. */
  resume(now: number, invitation: Invitation, from: Peer): Action[] {
    this.start(now, invitation, from, State.Waiting);
    this.failure = this.run.begin(now, offerOf(invitation, from));
    return this.waitForSafety(now, 0);
  }

  /** What a restart has to carry over; undefined while no uploader waits. */
  waiting(): Errand["push"] {
    if (this.state === State.Idle) return undefined;
    return { invitation: this.invitation, address: this.peer.address, port: this.peer.port };
  }

  /** An invitation was accepted: the equipment goes to its safe state, then the board connects. */
  accept(now: number, invitation: Invitation, from: Peer): Action[] {
    if (this.state !== State.Idle) return [refusalReply(from, fault(FaultNumber.RunningAlready, ""))];
    const refused = this.run.begin(now, offerOf(invitation, from));
    if (refused !== undefined) return [refusalReply(from, refused)];
    this.start(now, invitation, from, State.Holding);
    return this.hold(now, 0);
  }

  private start(now: number, invitation: Invitation, from: Peer, state: State): void {
    this.peer = from;
    this.invitation = invitation;
    this.failure = undefined;
    this.enter(state, now);
  }

  private hold(now: number, waited: number): Action[] {
    const failed = this.run.poll(now);
    if (failed !== undefined) {
      this.state = State.Idle;
      return [refusalReply(this.peer, failed)];
    }
    const ok: Action = { do: "reply", to: this.peer, text: EspotaReply.Ok };
    if (this.run.phase === UpdatePhase.Leaving) {
      this.enter(State.Waiting, now);
      return [ok];
    }
    if (this.run.phase === UpdatePhase.Prepared) return [ok, this.connect(now)];
    if (waited < this.times.holdMs) return [];
    if (this.run.remainingMs(now) > this.times.holdMs) {
      const text = this.comeBack(now);
      this.state = State.Idle;
      return [{ do: "reply", to: this.peer, text: `${EspotaReply.Error}${text}\n` }];
    }
    this.enter(State.Waiting, now);
    return [ok];
  }

  private waitForSafety(now: number, waited: number): Action[] {
    const failed = this.run.poll(now);
    if (failed !== undefined) this.failure = failed;
    else if (this.run.phase === UpdatePhase.Leaving) return [];
    else if (this.failure === undefined && this.run.phase !== UpdatePhase.Prepared) {
      if (waited < this.times.holdMs) return [];
      this.failure = fault(FaultNumber.SafeState, this.comeBack(now));
    }
    // Also after a failure: the uploader reads the reason from the connection.
    return [this.connect(now)];
  }

  /** When to come back; the equipment stays prepared until then. */
  private comeBack(now: number): string {
    const seconds = Math.ceil(this.run.remainingMs(now) / 1000);
    this.run.park(now);
    return `${this.run.waitingFor}, try again in ${seconds} s`;
  }

  private connect(now: number): Action {
    this.enter(State.Connecting, now);
    return { do: "connect", to: { address: this.peer.address, port: this.invitation.port } };
  }

  /** Watches the equipment: if it leaves its safe state, the update fails. */
  private poll(now: number): void {
    const failed = this.run.poll(now);
    if (failed !== undefined && this.failure === undefined) this.failure = failed;
  }

  private tooMuch(): number {
    this.giveUp(fault(FaultNumber.Size, ""));
    this.enter(State.Gap, this.now);
    return 0;
  }

  private sendResult(now: number): Action[] {
    if (this.failure === undefined) this.failure = this.run.commit(now);
    if (this.failure !== undefined)
      return this.end([{ do: "send", text: faultLine(this.failure) }, { do: "close" }]);
    this.enter(State.Closing, now);
    return [{ do: "send", text: EspotaReply.Ok }];
  }

  private end(actions: Action[]): Action[] {
    const isCommitted = this.state === State.Closing;
    this.state = State.Idle;
    if (!isCommitted) return actions;
    const restarts = this.restarts();
    this.run.finish(restarts);
    if (restarts) actions[actions.length] = { do: "restart" };
    return actions;
  }

  private giveUp(why: Fault): void {
    this.failure = why;
    this.run.fail(why);
  }

  private enter(state: State, now: number): void {
    this.state = state;
    this.since = now;
    this.limit = 0;
  }
}

function offerOf(invitation: Invitation, from: Peer): Offer {
  return {
    command: invitation.command,
    size: invitation.size,
    md5: invitation.md5,
    from: from.address,
  };
}
