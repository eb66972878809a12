import { messageHead, type Question, RecordType, type Resource } from "./message.js";

export interface Message {
  readonly id: number;
  readonly flags: number;
  readonly questions: Question[];
  readonly answers: Resource[];
  readonly authorities: Resource[];
  readonly additionals: Resource[];
}

/** Longest name, its zero byte included (RFC 1035 §2.3.4). */
const longestName = 255;

class Reader {
  at: number;
  /** False once something was not whole or made no sense. */
  sound: boolean;

  constructor(private readonly text: string) {
    this.at = 0;
    this.sound = true;
  }

  u16(): number {
    const at = this.at;
    this.at = at + 2;
    if (this.at > this.text.length) {
      this.sound = false;
      return 0;
    }
    return (this.text.charCodeAt(at) << 8) | this.text.charCodeAt(at + 1);
  }

  u32(): number {
    const high = this.u16();
    return high * 65536 + this.u16();
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

  question(): Question {
    const name = this.name();
    const type = this.u16();
    return { name: name, type: type, unicast: (this.u16() & 0x8000) !== 0 };
  }

  resource(): Resource {
    const name = this.name();
    const type = this.u16();
    const flush = (this.u16() & 0x8000) !== 0;
    const ttl = this.u32();
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
 * A datagram as a message; undefined when it has no whole header. Engines cut long datagrams: what came whole before
 * the cut, or before the first nonsense, counts.
 */
export function readMessage(text: string): Message | undefined {
  if (text.length < messageHead) return undefined;
  const reader = new Reader(text);
  const id = reader.u16();
  const flags = reader.u16();
  const asked = reader.u16();
  const answered = reader.u16();
  const authorities = reader.u16();
  const additionals = reader.u16();
  const questions: Question[] = [];
  for (let i = 0; i < asked && reader.sound; i++) {
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
