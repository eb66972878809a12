import type { Peer } from "../ports.js";
import { addressBytes } from "../text.js";
import {
  chooseAnswers,
  composeAnnouncements,
  composeAnswer,
  composeProbes,
  isKnown,
  type MdnsAnswer,
} from "./answers.js";
import { conflictsWith, losesTo } from "./conflicts.js";
import { type MdnsMessage, MessageFlag, mdnsPort, type Resource, readMdnsMessage } from "./message.js";
import { type MdnsIdentity, nextHost, ownRecords } from "./own-records.js";

export interface Datagram extends Peer {
  readonly text: string;
}

/** Multicast. */
const everybody: Peer = { address: "224.0.0.251", port: mdnsPort };

/** ms; RFC 6762 §8.1, §8.2, §8.3, §6, §7.2. */
const probeGapMs = 250;
const probes = 3;
const deferMs = 1000;
const announcements = 4;
const firstAnnounceGapMs = 1000;
const repeatMs = 1000;
const moreKnownMs = 400;
/** From this many conflicts on, each costs 5 s (RFC 6762 §8.1). */
const manyConflicts = 15;
const manyConflictsMs = 5000;
/**
 * So many probes in a row have to be answered before the name is given up: one forged response takes nobody's name away.
 * RFC 6762 §8.1 would have it given up at the first.
 */
const claimsToYield = 3;
/** A name that has just been probed for is defended so long, ms, without another probe. */
const defendMs = 60000;
const defenceGapMs = 5000;
/** Answers that wait to be sent; more questions at once go unanswered, and clients repeat them. */
const mostPending = 6;

const enum Phase {
  Silent = 0,
  Probing = 1,
  Known = 2,
}

function send(out: Datagram[], to: Peer, texts: string[]): void {
  for (const text of texts) out.push({ text: text, address: to.address, port: to.port });
}

/**
 * Announces a board's name and services and answers queries for them (RFC 6762, RFC 6763). It takes datagrams and the
 * time and returns the datagrams to send, none longer than `limit` bytes; it does no I/O.
 *
 *     phase    on                                       next
 *     silent   announce                                 probing
 *     probing  3 probes unanswered                      known, announced 4 times
 *     probing  a response with our name                 probing after a second, under the same name
 *     probing  the third such response in a row         probing, under the next name
 *     probing  a probe that wins over ours (§8.2)       probing, after a second
 *     known    a response with our name                 probing, under the same name (§9); within the minute after
 *                                                       that it is only announced again
 *     any      goodbye                                  silent
 */
export class MdnsResponder {
  private phase = Phase.Silent;
  private identity: MdnsIdentity | undefined;
  private own: Resource[] = [];
  /** When each of `own` was last multicast, ms. */
  private sent: number[] = [];
  private host = "";
  private count = 0;
  private due = 0;
  private conflicts = 0;
  /** Probes in a row that were answered. */
  private claims = 0;
  private defendUntil = 0;
  private pending: MdnsAnswer[] = [];

  /** @param jitter a whole number from 0 up to, not including, its argument; @param named called each time a name holds */
  constructor(
    private readonly limit: number,
    private readonly jitter: (below: number) => number,
    private readonly named: (host: string, address: string) => void,
  ) {}

  /** Probes for the identity's host name, or the next one that is free, and announces it. */
  announce(now: number, identity: MdnsIdentity): void {
    this.identity = identity;
    this.host = identity.host;
    this.probe(now, this.jitter(probeGapMs));
  }

  /** Continues with a name that was probed for and announced earlier. */
  resume(identity: MdnsIdentity, host: string): void {
    this.identity = identity;
    this.host = host;
    this.probe(0, 0);
    this.phase = Phase.Known;
    this.count = announcements;
  }

  /** When to call `tick`, ms; -1: not. */
  nextAt(): number {
    let next = -1;
    if (this.phase === Phase.Probing || (this.phase === Phase.Known && this.count < announcements))
      next = this.due;
    for (const one of this.pending) if (next < 0 || one.at < next) next = one.at;
    return next;
  }

  tick(now: number): Datagram[] {
    const out: Datagram[] = [];
    if (this.phase === Phase.Probing && now >= this.due) {
      if (this.count < probes) {
        this.count++;
        this.due = now + probeGapMs;
        send(out, everybody, composeProbes(this.own, this.limit));
      } else {
        this.phase = Phase.Known;
        this.count = 0;
        this.claims = 0;
        if (this.identity !== undefined) this.named(this.host, this.identity.address);
      }
    }
    if (this.phase === Phase.Known && this.count < announcements && now >= this.due) {
      // RFC 6762 §8.3: a second after the first, then twice as long each time.
      this.due = now + firstAnnounceGapMs * (1 << this.count);
      this.count++;
      send(out, everybody, composeAnnouncements(this.own, false, this.limit));
      for (let i = 0; i < this.sent.length; i++) this.sent[i] = now;
    }
    const waiting = this.pending;
    this.pending = [];
    for (const one of waiting) {
      if (one.at > now) this.pending.push(one);
      else this.answer(now, one, out);
    }
    return out;
  }

  onDatagram(now: number, text: string, from: Peer): Datagram[] {
    const out: Datagram[] = [];
    if (this.phase === Phase.Silent || !this.isOnLink(from.address)) return out;
    const message = readMdnsMessage(text);
    if (message === undefined || (message.flags & (MessageFlag.Opcode | MessageFlag.ResponseCode)) !== 0)
      return out;
    if ((message.flags & MessageFlag.Response) !== 0) {
      // RFC 6762 §6: a response from another port is none.
      if (from.port === mdnsPort) this.onResponse(now, message);
    } else if (this.phase === Phase.Probing) {
      if (losesTo(this.own, message)) this.probe(now, deferMs);
    } else this.onQuery(now, message, from, out);
    return out;
  }

  /** Takes all records back (RFC 6762 §10.1): for the moment before a restart. */
  goodbye(): Datagram[] {
    const out: Datagram[] = [];
    if (this.phase === Phase.Known) send(out, everybody, composeAnnouncements(this.own, true, this.limit));
    this.phase = Phase.Silent;
    this.identity = undefined;
    this.pending = [];
    return out;
  }

  private probe(now: number, delay: number): void {
    const identity = this.identity;
    if (identity === undefined) return;
    this.phase = Phase.Probing;
    this.count = 0;
    this.due = now + delay;
    this.pending = [];
    this.own = ownRecords(identity, this.host);
    this.sent = [];
    for (let i = 0; i < this.own.length; i++) this.sent.push(-repeatMs);
  }

  private onResponse(now: number, message: MdnsMessage): void {
    const probing = this.phase === Phase.Probing;
    if (!conflictsWith(this.own, message, probing)) return;
    if (!probing && now < this.defendUntil) {
      if (this.count >= announcements) {
        this.count = announcements - 1;
        this.due = now + defenceGapMs;
      }
      return;
    }
    // Before the first probe nobody can have answered one.
    if (probing && this.count === 0) return;
    this.conflicts++;
    if (probing) this.claims++;
    else this.defendUntil = now + defendMs;
    let delay = probing ? deferMs : this.jitter(probeGapMs);
    if (this.claims >= claimsToYield) {
      this.claims = 0;
      this.host = nextHost(this.host);
      delay = this.jitter(probeGapMs);
    }
    this.probe(now, this.conflicts > manyConflicts ? manyConflictsMs : delay);
  }

  private onQuery(now: number, message: MdnsMessage, from: Peer, out: Datagram[]): void {
    if (message.questions.length === 0) {
      this.forget(from.address, message);
      return;
    }
    const chosen = chooseAnswers(this.own, message, from, this.sent, now);
    if (chosen === undefined) return;
    let delay = 0;
    if (chosen.legacy === undefined) {
      if ((message.flags & MessageFlag.Truncated) !== 0) delay = moreKnownMs + this.jitter(100);
      else if (chosen.shared) delay = 20 + this.jitter(100);
    }
    chosen.at += delay;
    if (delay === 0) this.answer(now, chosen, out);
    else if (this.pending.length < mostPending) this.pending.push(chosen);
  }

  /** Drops what a client knows already, after a query that was too long for one datagram (RFC 6762 §7.2). */
  private forget(client: string, message: MdnsMessage): void {
    for (const one of this.pending) {
      if (one.from.address !== client) continue;
      const rest: number[] = [];
      for (const record of one.records) if (!isKnown(this.own[record], message.answers)) rest.push(record);
      one.records = rest;
    }
  }

  private answer(now: number, one: MdnsAnswer, out: Datagram[]): void {
    const records: number[] = [];
    for (const record of one.records) {
      // RFC 6762 §6: a record goes out once a second at most; in defence against a probe four times as often.
      const gap = one.probe ? probeGapMs : repeatMs;
      if (!one.unicast && now - this.sent[record] < gap) continue;
      records.push(record);
      if (!one.unicast) this.sent[record] = now;
    }
    if (records.length === 0) return;
    const texts = composeAnswer(this.own, records, one.legacy, false, this.limit);
    send(out, one.unicast ? one.from : everybody, texts);
  }

  /** RFC 6762 §11: a client outside our network gets no answer, so that a forged sender reaches no host far away. */
  private isOnLink(address: string): boolean {
    const identity = this.identity;
    if (identity === undefined) return false;
    const mask = addressBytes(identity.netmask);
    if (mask === "") return true;
    const ours = addressBytes(identity.address);
    const theirs = addressBytes(address);
    if (theirs === "" || ours === "") return false;
    for (let i = 0; i < 4; i++)
      if (((ours.charCodeAt(i) ^ theirs.charCodeAt(i)) & mask.charCodeAt(i)) !== 0) return false;
    return true;
  }
}
