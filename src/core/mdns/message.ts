export const mdnsPort = 5353;

/** Record types (RFC 1035 §3.2.2, RFC 2782, RFC 4034). */
export const enum RecordType {
  A = 1,
  Ptr = 12,
  Txt = 16,
  Srv = 33,
  Nsec = 47,
  Any = 255,
}

/** Bits of the header's second word. */
export const enum MessageFlag {
  Response = 0x8000,
  Opcode = 0x7800,
  Authoritative = 0x0400,
  Truncated = 0x0200,
  ResponseCode = 0x000f,
}

export interface MdnsQuestion {
  /** As in own-records.ts. */
  readonly name: string;
  readonly type: number;
  /** A unicast answer is wanted (RFC 6762 §5.4). */
  readonly unicast: boolean;
}

export interface Resource {
  readonly name: string;
  readonly type: number;
  /** This is all there is of name and type (RFC 6762 §10.2). */
  readonly flush: boolean;
  /** Seconds; 0 is a goodbye. */
  readonly ttl: number;
  /** Binary text; names in it in full. */
  readonly data: string;
}

/** Bytes of the header. */
const messageHead = 12;

export interface MdnsMessage {
  readonly id: number;
  readonly flags: number;
  readonly questions: MdnsQuestion[];
  readonly answers: Resource[];
  readonly authorities: Resource[];
  readonly additionals: Resource[];
}

/** Longest name, its zero byte included (RFC 1035 §2.3.4). */
const longestName = 255;

class Reader {
  at = 0;
  /** False once something was incomplete or invalid. */
  sound = true;

  constructor(private readonly text: string) {}

  u16(): number {
    const at = this.at;
    this.at = at + 2;
    if (this.at > this.text.length) {
      this.sound = false;
      return 0;
    }
    return (this.text.charCodeAt(at) << 8) | this.text.charCodeAt(at + 1);
  }

  /** A name with its pointers followed (RFC 1035 §4.1.4). They lead backwards only, and the length is bounded. */
  name(): string {
    let name = "";
    let at = this.at;
    let after = -1;
    while (at < this.text.length) {
      const length = this.text.charCodeAt(at);
      if (length === 0) {
        this.at = after < 0 ? at + 1 : after;
        return `${name}\u0000`;
      }
      if (length >= 192) {
        if (after < 0) after = at + 2;
        const to = at + 1 < this.text.length ? ((length & 63) << 8) | this.text.charCodeAt(at + 1) : at;
        if (to >= at) break;
        at = to;
      } else {
        if (length >= 64) break;
        name += this.text.slice(at, at + 1 + length);
        at += 1 + length;
        if (name.length >= longestName) break;
      }
    }
    this.sound = false;
    return "";
  }

  question(): MdnsQuestion {
    const name = this.name();
    const type = this.u16();
    return { name: name, type: type, unicast: (this.u16() & 0x8000) !== 0 };
  }

  resource(): Resource {
    const name = this.name();
    const type = this.u16();
    const flush = (this.u16() & 0x8000) !== 0;
    const ttl = this.u16() * 65536 + this.u16();
    const length = this.u16();
    const end = this.at + length;
    if (end > this.text.length) this.sound = false;
    let data = "";
    if (this.sound && type === RecordType.Ptr) data = this.name();
    else if (this.sound && type === RecordType.Srv) {
      data = this.text.slice(this.at, this.at + 6);
      this.at += 6;
      data += this.name();
    } else data = this.text.slice(this.at, end);
    this.at = end;
    return { name: name, type: type, flush: flush, ttl: ttl, data: data };
  }

  resources(count: number): Resource[] {
    const found: Resource[] = [];
    for (let i = 0; i < count && this.sound; i++) {
      const one = this.resource();
      if (this.sound) found.push(one);
    }
    return found;
  }
}

/**
 * A datagram as a message; undefined when it has no whole header. Engines cut long datagrams: what is complete
 * before the cut, or before the first invalid record, counts.
 */
export function readMdnsMessage(text: string): MdnsMessage | undefined {
  if (text.length < messageHead) return undefined;
  const reader = new Reader(text);
  const id = reader.u16();
  const flags = reader.u16();
  const questionCount = reader.u16();
  const answered = reader.u16();
  const authorities = reader.u16();
  const additionals = reader.u16();
  const questions: MdnsQuestion[] = [];
  for (let i = 0; i < questionCount && reader.sound; i++) {
    const one = reader.question();
    if (reader.sound) questions.push(one);
  }
  return {
    id: id,
    flags: flags,
    questions: questions,
    answers: reader.resources(answered),
    authorities: reader.resources(authorities),
    additionals: reader.resources(additionals),
  };
}

/** Sections in their order; questions are 0. */
export const enum Section {
  Answer = 1,
  Authority = 2,
  Additional = 3,
}

export function u16Text(value: number): string {
  return String.fromCharCode((value >>> 8) & 255, value & 255);
}

/** Builds one datagram of at most `limit` bytes. Sections must be filled in their order. */
export class MessageWriter {
  private body = "";
  private readonly counts = [0, 0, 0, 0];
  /** Ends of names that stand in the body already, and where, for compression. */
  private readonly known: string[] = [];
  private readonly places: number[] = [];

  constructor(
    private readonly id: number,
    private readonly flags: number,
    private readonly limit: number,
    /** RFC 6762 §18.14: for a plain DNS client the target of an SRV record is not compressed. */
    private readonly plain: boolean,
  ) {}

  isEmpty(): boolean {
    return this.body === "";
  }

  question(one: MdnsQuestion): void {
    const name = this.name(one.name, messageHead + this.body.length);
    this.body += name + u16Text(one.type) + u16Text(one.unicast ? 0x8001 : 1);
    this.counts[0]++;
  }

  /** @returns false when it does not fit any more; then nothing was added */
  resource(section: Section, one: Resource): boolean {
    const before = this.known.length;
    const start = messageHead + this.body.length;
    let head = this.name(one.name, start);
    head += u16Text(one.type) + u16Text(one.flush ? 0x8001 : 1);
    head += u16Text(Math.floor(one.ttl / 65536)) + u16Text(one.ttl);
    const data = this.data(one, start + head.length + 2);
    if (start + head.length + 2 + data.length > this.limit) {
      while (this.known.length > before) {
        this.known.pop();
        this.places.pop();
      }
      return false;
    }
    this.body += head + u16Text(data.length) + data;
    this.counts[section]++;
    return true;
  }

  text(): string {
    let head = u16Text(this.id) + u16Text(this.flags);
    for (const count of this.counts) head += u16Text(count);
    return head + this.body;
  }

  private data(one: Resource, at: number): string {
    if (one.type === RecordType.Ptr) return this.name(one.data, at);
    if (one.type !== RecordType.Srv || this.plain) return one.data;
    const target = this.name(one.data.slice(6), at + 6);
    return one.data.slice(0, 6) + target;
  }

  private name(name: string, at: number): string {
    let text = "";
    let rest = name;
    while (rest.length > 1) {
      const found = this.known.indexOf(rest);
      if (found >= 0) return text + u16Text(0xc000 | this.places[found]);
      this.known.push(rest);
      this.places.push(at + text.length);
      const length = rest.charCodeAt(0) + 1;
      text += rest.slice(0, length);
      rest = rest.slice(length);
    }
    return `${text}\u0000`;
  }
}
