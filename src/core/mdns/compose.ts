import { furtherRecords, type LegacyQuery } from "./answers.js";
import { MessageFlag, RecordType, type Resource } from "./message.js";
import { OfService, Own } from "./own-records.js";
import { MessageWriter, Section } from "./write-message.js";

const answerFlags = MessageFlag.Response | MessageFlag.Authoritative;
/** RFC 6762 §6.7: a plain asker is not to keep what it cannot hear change. Seconds. */
const legacyTtl = 10;

function withTtl(one: Resource, ttl: number, flush: boolean): Resource {
  return { name: one.name, type: one.type, flush: flush, ttl: ttl, data: one.data };
}

/** Fills datagrams with records, one after the other; what fits into none is left out. */
class Filler {
  readonly texts: string[];
  private writer: MessageWriter;

  constructor(
    private readonly limit: number,
    private readonly legacy: LegacyQuery | undefined,
  ) {
    this.texts = [];
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

/** Host first, then each service, in the original's order; as a goodbye the same with no life left. */
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

/** One question for each name, with what is to stand under it (RFC 6762 §8.1, §8.2). */
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
