import {
  type MdnsMessage,
  type MdnsQuestion,
  MessageFlag,
  MessageWriter,
  mdnsPort,
  RecordType,
  type Resource,
  Section,
} from "./message.js";
import { OfService, Own, sameName } from "./own-records.js";

export interface Client {
  readonly address: string;
  readonly port: number;
}

/** A query by a plain DNS client, which wants its question and its id back (RFC 6762 §6.7). */
export interface LegacyQuery {
  readonly id: number;
  readonly questions: MdnsQuestion[];
}

export interface MdnsAnswer {
  /** Places in the own records. */
  readonly records: number[];
  /** Others may answer too, so it waits a little (RFC 6762 §6). */
  readonly shared: boolean;
  /** It defends a name that another host probes for. */
  readonly probe: boolean;
  /** Undefined: multicast. */
  readonly to: Client | undefined;
  readonly legacy: LegacyQuery | undefined;
}

/** RFC 6762 §7.1: what the client knows with at least half its life left is not sent again. */
export function isKnown(own: Resource, answers: Resource[]): boolean {
  for (const one of answers) {
    if (one.type !== own.type || one.data !== own.data) continue;
    if (one.ttl * 2 >= own.ttl && sameName(one.name, own.name)) return true;
  }
  return false;
}

/** Whether an own record answers the question. */
function fits(own: Resource[], place: number, question: MdnsQuestion): boolean {
  const one = own[place];
  if (!sameName(one.name, question.name)) return false;
  if (place === Own.Nothing) return question.type !== RecordType.A && question.type !== RecordType.Any;
  return question.type === one.type || question.type === RecordType.Any;
}

/** The answer to a query; undefined when there is none. */
export function chooseAnswers(
  own: Resource[],
  message: MdnsMessage,
  from: Client,
  sent: number[],
  now: number,
): MdnsAnswer | undefined {
  const legacy = from.port !== mdnsPort;
  const records: number[] = [];
  const questions: MdnsQuestion[] = [];
  let shared = false;
  let unicast = true;
  for (const question of message.questions) {
    let fitting = false;
    for (let place = 0; place < own.length; place++) {
      if (!fits(own, place, question)) continue;
      fitting = true;
      if (records.indexOf(place) >= 0 || (!legacy && isKnown(own[place], message.answers))) continue;
      records.push(place);
      if (!own[place].flush) shared = true;
      // RFC 6762 §5.4: unicast only what was multicast within the last quarter of its life.
      if (now - sent[place] > own[place].ttl * 250) unicast = false;
    }
    if (!fitting) continue;
    questions.push({ name: question.name, type: question.type, unicast: false });
    if (!question.unicast) unicast = false;
  }
  if (records.length === 0) return undefined;
  return {
    records: records,
    shared: shared,
    probe: message.authorities.length > 0,
    to: legacy || unicast ? from : undefined,
    legacy: legacy ? { id: message.id, questions: questions } : undefined,
  };
}

/** The records that the client needs next (RFC 6763 §12); they are left out where there is no room. */
export function furtherRecords(own: Resource[], records: number[]): number[] {
  const further: number[] = [];
  let place = false;
  for (const one of records) {
    const part = one < Own.FirstService ? -1 : (one - Own.FirstService) % Own.PerService;
    if (part === OfService.Pointer) {
      if (records.indexOf(one + 1) < 0) further.push(one + 1);
      if (records.indexOf(one + 2) < 0) further.push(one + 2);
    }
    if (part === OfService.Pointer || part === OfService.Place) place = true;
  }
  if (place && own.length > 0 && records.indexOf(Own.Address) < 0) further.push(Own.Address);
  return further;
}

const answerFlags = MessageFlag.Response | MessageFlag.Authoritative;
/** RFC 6762 §6.7: a plain client is not notified of changes, so it must not keep a record for long. Seconds. */
const legacyTtl = 10;

function withTtl(one: Resource, ttl: number, flush: boolean): Resource {
  return { name: one.name, type: one.type, flush: flush, ttl: ttl, data: one.data };
}

/** Fills datagrams with records, one after the other; what fits into none is left out. */
class Filler {
  readonly texts: string[] = [];
  private writer: MessageWriter;

  constructor(
    private readonly limit: number,
    private readonly legacy: LegacyQuery | undefined,
  ) {
    this.writer = this.fresh();
  }

  answer(one: Resource): void {
    if (this.writer.resource(Section.Answer, one)) return;
    this.next();
    this.writer.resource(Section.Answer, one);
  }

  /** Only into the datagram that is open. */
  additional(one: Resource): void {
    this.writer.resource(Section.Additional, one);
  }

  next(): void {
    if (!this.writer.isEmpty()) this.texts.push(this.writer.text());
    this.writer = this.fresh();
  }

  private fresh(): MessageWriter {
    const legacy = this.legacy;
    if (legacy === undefined) return new MessageWriter(0, answerFlags, this.limit, false);
    const writer = new MessageWriter(legacy.id, answerFlags, this.limit, true);
    for (const one of legacy.questions) writer.question(one);
    return writer;
  }
}

/** The datagrams of one answer. */
export function composeAnswer(
  own: Resource[],
  records: number[],
  legacy: LegacyQuery | undefined,
  limit: number,
): string[] {
  const filler = new Filler(limit, legacy);
  function shown(one: Resource): Resource {
    return legacy === undefined ? one : withTtl(one, one.ttl < legacyTtl ? one.ttl : legacyTtl, false);
  }
  for (const place of records) filler.answer(shown(own[place]));
  for (const place of furtherRecords(own, records)) filler.additional(shown(own[place]));
  filler.next();
  return filler.texts;
}

/** Host first, then each service, in the original's order; a goodbye is the same with a TTL of 0. */
export function composeAnnouncements(own: Resource[], leaving: boolean, limit: number): string[] {
  const filler = new Filler(limit, undefined);
  function shown(one: Resource): Resource {
    return leaving ? withTtl(one, 0, one.flush) : one;
  }
  filler.answer(shown(own[Own.Address]));
  filler.answer(shown(own[Own.Reverse]));
  for (let first = Own.FirstService as number; first < own.length; first += Own.PerService) {
    filler.next();
    for (let part = 0; part < Own.PerService; part++) filler.answer(shown(own[first + part]));
    filler.additional(shown(own[Own.Address]));
  }
  filler.next();
  return filler.texts;
}

function probeFor(name: string, limit: number): MessageWriter {
  const writer = new MessageWriter(0, 0, limit, false);
  writer.question({ name: name, type: RecordType.Any, unicast: true });
  return writer;
}

/** One question for each name, with the records that are to stand under it (RFC 6762 §8.1, §8.2). */
export function composeProbes(own: Resource[], limit: number): string[] {
  const address = withTtl(own[Own.Address], own[Own.Address].ttl, false);
  const texts: string[] = [];
  const host = probeFor(address.name, limit);
  host.resource(Section.Authority, address);
  texts.push(host.text());
  for (let first = Own.FirstService as number; first < own.length; first += Own.PerService) {
    const place = own[first + OfService.Place];
    const text = own[first + OfService.Text];
    const writer = probeFor(place.name, limit);
    writer.resource(Section.Authority, own[first + OfService.Pointer]);
    writer.resource(Section.Authority, withTtl(place, place.ttl, false));
    writer.resource(Section.Additional, withTtl(text, text.ttl, false));
    writer.resource(Section.Additional, address);
    texts.push(writer.text());
  }
  return texts;
}
