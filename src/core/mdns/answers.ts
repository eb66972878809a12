import { type Question, RecordType, type Resource } from "./message.js";
import { sameName } from "./names.js";
import { OfService, Own } from "./own-records.js";
import type { Message } from "./read-message.js";

export interface Asker {
  readonly address: string;
  readonly port: number;
}

/** A plain DNS asker, which wants its question and its id back (RFC 6762 §6.7). */
export interface LegacyQuery {
  readonly id: number;
  readonly questions: Question[];
}

export interface Answer {
  /** Places in the own records. */
  readonly records: number[];
  /** Others may answer too, so it waits a little (RFC 6762 §6). */
  readonly shared: boolean;
  /** Somebody is about to take one of our names. */
  readonly probe: boolean;
  /** Undefined: everybody. */
  readonly to: Asker | undefined;
  readonly legacy: LegacyQuery | undefined;
}

const mdnsPort = 5353;

/** RFC 6762 §7.1: what the asker holds with at least half its life left is not told again. */
export function isKnown(own: Resource, answers: Resource[]): boolean {
  for (const one of answers) {
    if (one.type !== own.type || one.data !== own.data) continue;
    if (one.ttl * 2 >= own.ttl && sameName(one.name, own.name)) return true;
  }
  return false;
}

/** Whether an own record is what was asked for. */
function fits(own: Resource[], place: number, asked: Question): boolean {
  const one = own[place];
  if (!sameName(one.name, asked.name)) return false;
  if (place === Own.Nothing) return asked.type !== RecordType.A && asked.type !== RecordType.Any;
  return asked.type === one.type || asked.type === RecordType.Any;
}

/** What to say to a query, and to whom; undefined when there is nothing to say. */
export function chooseAnswers(
  own: Resource[],
  message: Message,
  from: Asker,
  sent: number[],
  now: number,
): Answer | undefined {
  const legacy = from.port !== mdnsPort;
  const records: number[] = [];
  const questions: Question[] = [];
  let shared = false;
  let unicast = true;
  for (const asked of message.questions) {
    let fitting = false;
    for (let place = 0; place < own.length; place++) {
      if (!fits(own, place, asked)) continue;
      fitting = true;
      if (records.indexOf(place) >= 0 || (!legacy && isKnown(own[place], message.answers))) continue;
      records.push(place);
      if (!own[place].flush) shared = true;
      // RFC 6762 §5.4: unicast only what everybody heard within the last quarter of its life.
      if (now - sent[place] > own[place].ttl * 250) unicast = false;
    }
    if (!fitting) continue;
    questions.push({ name: asked.name, type: asked.type, unicast: false });
    if (!asked.unicast) unicast = false;
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

/** What the asker will want next (RFC 6763 §12): not asked for, so it is left out where there is no room. */
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
