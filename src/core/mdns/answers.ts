import type { Peer } from "../ports.js";
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

/** An answer to a query, as it is chosen; what the client turns out to know is taken out of it until it is sent. */
export interface MdnsAnswer {
  /** Places in the own records. */
  records: number[];
  /** Others may answer too, so it waits a little (RFC 6762 §6). */
  readonly shared: boolean;
  /** It defends a name that another host probes for. */
  readonly probe: boolean;
  readonly from: Peer;
  /** To the client alone, not to the group. */
  readonly unicast: boolean;
  /** Of a plain DNS client, which wants its question and its id back (RFC 6762 §6.7). */
  readonly legacy: Pick<MdnsMessage, "id" | "questions"> | undefined;
  /** When it is due, ms. */
  at: number;
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
  from: Peer,
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
    from: from,
    unicast: legacy || unicast,
    legacy: legacy ? { id: message.id, questions: questions } : undefined,
    at: now,
  };
}

/** The records that the client needs next (RFC 6763 §12); they are left out where there is no room. */
function furtherRecords(own: Resource[], records: number[]): number[] {
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

function answerWriter(legacy: MdnsAnswer["legacy"], limit: number): MessageWriter {
  if (legacy === undefined) return new MessageWriter(0, answerFlags, limit, false);
  const writer = new MessageWriter(legacy.id, answerFlags, limit, true);
  for (const one of legacy.questions) writer.question(one);
  return writer;
}

/**
 * The datagrams of one answer: what does not fit into one goes into the next, and what fits into none is left out.
 * @param leaving a goodbye: all TTLs are 0
 */
export function composeAnswer(
  own: Resource[],
  records: number[],
  legacy: MdnsAnswer["legacy"],
  leaving: boolean,
  limit: number,
): string[] {
  const texts: string[] = [];
  let writer = answerWriter(legacy, limit);
  function shown(place: number): Resource {
    const one = own[place];
    if (leaving) return withTtl(one, 0, one.flush);
    return legacy === undefined ? one : withTtl(one, one.ttl < legacyTtl ? one.ttl : legacyTtl, false);
  }
  for (const place of records) {
    if (writer.resource(Section.Answer, shown(place))) continue;
    if (!writer.isEmpty()) texts.push(writer.text());
    writer = answerWriter(legacy, limit);
    writer.resource(Section.Answer, shown(place));
  }
  for (const place of furtherRecords(own, records)) writer.resource(Section.Additional, shown(place));
  if (!writer.isEmpty()) texts.push(writer.text());
  return texts;
}

/** Host first, then each service, in the original's order; a goodbye is the same with a TTL of 0. */
export function composeAnnouncements(own: Resource[], leaving: boolean, limit: number): string[] {
  const texts = composeAnswer(own, [Own.Address, Own.Reverse], undefined, leaving, limit);
  for (let first = Own.FirstService as number; first < own.length; first += Own.PerService) {
    const records = [first, first + 1, first + 2, first + 3];
    for (const text of composeAnswer(own, records, undefined, leaving, limit)) texts.push(text);
  }
  return texts;
}

/** A probe for the name of the last of the `claims`, which are to stand under it. */
function probeText(own: Resource[], claims: number[], additionals: number[], limit: number): string {
  const writer = new MessageWriter(0, 0, limit, false);
  writer.question({ name: own[claims[claims.length - 1]].name, type: RecordType.Any, unicast: true });
  for (const place of claims) writer.resource(Section.Authority, withTtl(own[place], own[place].ttl, false));
  for (const place of additionals)
    writer.resource(Section.Additional, withTtl(own[place], own[place].ttl, false));
  return writer.text();
}

/** One question for each name, with the records that are to stand under it (RFC 6762 §8.1, §8.2). */
export function composeProbes(own: Resource[], limit: number): string[] {
  const texts = [probeText(own, [Own.Address], [], limit)];
  for (let first = Own.FirstService as number; first < own.length; first += Own.PerService)
    texts.push(
      probeText(
        own,
        [first + OfService.Pointer, first + OfService.Place],
        [first + OfService.Text, Own.Address],
        limit,
      ),
    );
  return texts;
}
