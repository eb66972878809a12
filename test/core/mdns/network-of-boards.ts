import { MessageFlag, MessageWriter, RecordType } from "../../../src/core/mdns/message.js";
import { arduinoText, type MdnsIdentity, wireName } from "../../../src/core/mdns/own-records.js";
import { type Datagram, MdnsResponder } from "../../../src/core/mdns/responder.js";

export const group = "224.0.0.251";
export const asker = { address: "192.168.1.50", port: 5353 };

export function identityOf(change: Partial<MdnsIdentity> = {}): MdnsIdentity {
  return {
    host: "garden",
    address: "192.168.1.7",
    netmask: "255.255.255.0",
    services: [
      { type: "_arduino._tcp", port: 3232, text: arduinoText(true, "esp32-devkit", "garden@2.0.0") },
    ],
    ...change,
  };
}

/** A query as a host on the network sends it. */
export function query(
  names: readonly string[],
  type: number,
  more: { unicast?: boolean; id?: number } = {},
): string {
  const writer = new MessageWriter(more.id ?? 0, 0, 512, false);
  for (const name of names) writer.question({ name: wireName(name), type, unicast: more.unicast ?? false });
  return writer.text();
}

export const allServices = query(["_arduino._tcp.local"], RecordType.Ptr);
export const responseFlags = MessageFlag.Response | MessageFlag.Authoritative;

/** One responder with a clock in the test's hand, and everything it sent with the time, ms. */
export class Speaker {
  now = 0;
  readonly sent: (Datagram & { readonly at: number })[] = [];
  readonly named: string[] = [];
  readonly responder: MdnsResponder;
  /** Called with each datagram; the others on the network. */
  onSend: (datagram: Datagram) => void = () => undefined;

  constructor(limit = 528, jitter: (below: number) => number = () => 0) {
    this.responder = new MdnsResponder(limit, jitter, (host, address) =>
      this.named.push(`${host} ${address}`),
    );
  }

  announce(identity: MdnsIdentity): void {
    this.responder.announce(this.now, identity);
  }

  receive(text: string, from = asker): readonly Datagram[] {
    return this.#keep(this.responder.onDatagram(this.now, text, from));
  }

  leave(): readonly Datagram[] {
    return this.#keep(this.responder.goodbye());
  }

  /** Lets time pass, stopping whenever the responder wants to be called. */
  pass(ms: number): readonly Datagram[] {
    const end = this.now + ms;
    const from = this.sent.length;
    for (;;) {
      const next = this.responder.nextAt();
      if (next < 0 || next > end) break;
      this.now = Math.max(this.now, next);
      this.#keep(this.responder.tick(this.now));
    }
    this.now = end;
    return this.sent.slice(from);
  }

  /** A responder that has its name and has announced it. */
  static settled(identity = identityOf(), limit?: number): Speaker {
    const one = new Speaker(limit);
    one.announce(identity);
    one.pass(60_000);
    one.sent.length = 0;
    return one;
  }

  #keep(datagrams: readonly Datagram[]): readonly Datagram[] {
    for (const one of datagrams) {
      this.sent.push({ ...one, at: this.now });
      this.onSend(one);
    }
    return datagrams;
  }
}
