import { messageHead, type Question, RecordType, type Resource } from "./message.js";

/** Sections in their order; questions are 0. */
export const enum Section {
  Answer = 1,
  Authority = 2,
  Additional = 3,
}

function u16Text(value: number): string {
  return String.fromCharCode((value >>> 8) & 255, value & 255);
}

/** Builds one datagram of at most `limit` bytes. Sections must be filled in their order. */
export class MessageWriter {
  private body: string;
  private readonly counts: number[];
  /** Ends of names that stand in the body already, and where, for compression. */
  private readonly known: string[];
  private readonly places: number[];

  constructor(
    private readonly id: number,
    private readonly flags: number,
    private readonly limit: number,
    /** RFC 6762 §18.14: who speaks plain DNS only gets the target of an SRV record in full. */
    private readonly plain: boolean,
  ) {
    this.body = "";
    this.counts = [0, 0, 0, 0];
    this.known = [];
    this.places = [];
  }

  isEmpty(): boolean {
    return this.body === "";
  }

  question(one: Question): void {
    const name = this.name(one.name, messageHead + this.body.length);
    this.body += name + u16Text(one.type) + u16Text(one.unicast ? 0x8001 : 1);
    this.counts[0]++;
  }

  /** @returns false when it does not fit any more; then nothing was added */
  resource(section: Section, one: Resource): boolean {
    const before = this.known.length;
    const start = messageHead + this.body.length;
    let head = this.name(one.name, start);
    head += u16Text(one.type);
    head += u16Text(one.flush ? 0x8001 : 1);
    head += u16Text(Math.floor(one.ttl / 65536));
    head += u16Text(one.ttl);
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
      if (found >= 0) {
        const pointer = u16Text(0xc000 | this.places[found]);
        return text + pointer;
      }
      this.known.push(rest);
      this.places.push(at + text.length);
      const length = rest.charCodeAt(0) + 1;
      text += rest.slice(0, length);
      rest = rest.slice(length);
    }
    return `${text}\u0000`;
  }
}
