import { MessageWriter, RecordType, readMdnsMessage } from "../../../src/core/mdns/message.js";
import {
  arduinoText,
  hostLabel,
  type MdnsIdentity,
  nextHost,
  sameName,
  wireName,
} from "../../../src/core/mdns/own-records.js";
import { type Datagram, MdnsResponder } from "../../../src/core/mdns/responder.js";
import type { Suite } from "./suite.js";
import { unhex } from "./tools.js";

const asker = { address: "192.168.1.50", port: 5353 };

/** From RFC 1035 §4.1.4: F.ISI.ARPA at 20, FOO.F.ISI.ARPA at 40, ARPA at 64; here behind a header as four questions. */
const compressed =
  `000000000004000000000000${"0146034953490441525041"}00${"00010001"}` +
  `${"03464f4f"}c00c${"00010001"}c012${"00010001"}00${"00010001"}`;

function identity(host: string): MdnsIdentity {
  return {
    host: host,
    address: "192.168.1.7",
    netmask: "255.255.255.0",
    services: [
      { type: "_arduino._tcp", port: 3232, text: arduinoText(true, "esp32-devkit", "garden@2.0.0") },
    ],
  };
}

function query(name: string, type: number): string {
  const writer = new MessageWriter(0, 0, 512, false);
  writer.question({ name: wireName(name), type: type, unicast: false });
  return writer.text();
}

/** "questions 1 answers 0 authorities 2", of several datagrams in a row. */
function shapes(datagrams: Datagram[]): string {
  const found: string[] = [];
  for (const one of datagrams) {
    const message = readMdnsMessage(one.text);
    if (message === undefined) found.push("unreadable");
    else found.push(`${message.questions.length}/${message.answers.length}/${message.authorities.length}`);
  }
  return found.join(" ");
}

class Speaker {
  readonly responder: MdnsResponder;
  now: number;
  readonly names: string[];

  constructor(limit: number) {
    this.now = 0;
    // Held by the function below, which in the DeviceScript VM has no `this`.
    const names: string[] = [];
    this.names = names;
    this.responder = new MdnsResponder(
      limit,
      () => 0,
      (host, address) => {
        names.push(`${host} ${address}`);
      },
    );
  }

  pass(ms: number): Datagram[] {
    const end = this.now + ms;
    const all: Datagram[] = [];
    for (let next = this.responder.nextAt(); next >= 0 && next <= end; next = this.responder.nextAt()) {
      if (next > this.now) this.now = next;
      for (const one of this.responder.tick(this.now)) all.push(one);
    }
    this.now = end;
    return all;
  }
}

/** The name service: bytes of messages, and what a board sends when. */
export function mdns(suite: Suite): void {
  suite.test("names lie on the wire, compare and count", () => {
    suite.equal("wire", wireName("a.bc.local"), "\u0001a\u0002bc\u0005local\u0000");
    suite.equal("case", sameName(wireName("Garden.local"), wireName("gARDEN.LOCAL")), true);
    suite.equal("other", sameName(wireName("garden.local"), wireName("garde.local")), false);
    suite.equal("label", hostLabel("My gard\u00e9n!! 2"), "My-gard-n-2");
    suite.equal("empty", hostLabel("!?"), "sluice");
    suite.equal("second", nextHost("garden"), "garden-2");
    suite.equal("tenth", nextHost("garden-9"), "garden-10");
  });

  suite.test("compressed names are read", () => {
    const message = readMdnsMessage(unhex(compressed));
    suite.equal("read", message !== undefined, true);
    if (message === undefined) return;
    suite.equal("count", message.questions.length, 4);
    suite.equal("first", message.questions[0].name, wireName("F.ISI.ARPA"));
    suite.equal("second", message.questions[1].name, wireName("FOO.F.ISI.ARPA"));
    suite.equal("third", message.questions[2].name, wireName("ARPA"));
    suite.equal("root", message.questions[3].name, "\u0000");
  });

  suite.test("pointers that lead nowhere end the reading", () => {
    const head = "000000000001000000000000";
    for (const bad of ["c00c00010001", "c0ff00010001", "c00d00010001", "3f41", "40410000010001", ""]) {
      const message = readMdnsMessage(unhex(head + bad));
      suite.equal(bad, message === undefined ? -1 : message.questions.length, 0);
    }
    suite.equal("short", readMdnsMessage(unhex("0000")) === undefined, true);
  });

  suite.test("what is written is compressed and reads the same", () => {
    const writer = new MessageWriter(7, 0x8400, 512, false);
    const data = `\u0000\u0000\u0000\u0000\u000c\u00a0${wireName("garden.local")}`;
    const name = wireName("garden._arduino._tcp.local");
    writer.resource(1, { name: name, type: RecordType.Srv, flush: true, ttl: 4500, data: data });
    writer.resource(1, {
      name: wireName("garden.local"),
      type: RecordType.A,
      flush: true,
      ttl: 120,
      data: "\u00c0\u00a8\u0001\u0007",
    });
    const message = readMdnsMessage(writer.text());
    if (message === undefined) throw new Error("unreadable");
    suite.equal("id", message.id, 7);
    suite.equal("place", message.answers[0].data, data);
    suite.equal("lives", message.answers[0].ttl, 4500);
    suite.equal("address", message.answers[1].data, "\u00c0\u00a8\u0001\u0007");
    suite.equal("length", writer.text().length, 12 + name.length + 10 + 6 + 9 + 2 + 10 + 4);
  });

  suite.test("a board asks for its name, takes it, says so, answers and leaves", () => {
    const one = new Speaker(528);
    one.responder.announce(0, identity("garden"));
    suite.equal("no name yet", one.names.join(), "");
    suite.equal("probes", shapes(one.pass(700)), "1/0/1 1/0/2 1/0/1 1/0/2 1/0/1 1/0/2");
    const announced = one.pass(60000);
    suite.equal("named", one.names.join(), "garden 192.168.1.7");
    suite.equal("announcements", shapes(announced.slice(0, 2)), "0/2/0 0/4/0");
    const said = one.responder.onDatagram(one.now, query("GARDEN.local", RecordType.A), asker);
    suite.equal("answer", shapes(said), "0/1/0");
    const other = one.responder.onDatagram(one.now, query("shed.local", RecordType.A), asker);
    suite.equal("not asked", shapes(other), "");
    one.responder.onDatagram(one.now, query("_arduino._tcp.local", RecordType.Ptr), asker);
    suite.equal("service", shapes(one.pass(200)), "0/1/0");
    const far = { address: "10.9.9.9", port: 5353 };
    const toFar = one.responder.onDatagram(one.now + 5000, query("garden.local", RecordType.A), far);
    suite.equal("from far away", shapes(toFar), "");
    suite.equal("goodbye", shapes(one.responder.goodbye()), "0/2/0 0/4/0");
  });

  // In pieces: the DeviceScript VM ends what does not come to an end.
  const first = new Speaker(528);
  let announced: Datagram[] = [];
  suite.test("who comes first keeps its name", () => {
    first.responder.announce(0, identity("garden"));
    announced = first.pass(5000);
    suite.equal("first", first.names.join(), "garden 192.168.1.7");
  });

  const second = new Speaker(528);
  suite.test("who comes second takes another one when it is answered for three times", () => {
    const mine = identity("garden");
    second.responder.announce(0, {
      host: mine.host,
      address: "192.168.1.9",
      netmask: mine.netmask,
      services: mine.services,
    });
    // One answer, or two, may be forged.
    for (let probes = 0; probes < 3; probes++) {
      second.pass(300);
      const heard = announced[announced.length - 1];
      second.responder.onDatagram(second.now, heard.text, { address: "192.168.1.7", port: 5353 });
      second.pass(1000);
    }
    suite.equal("second", second.names.join(), "garden-2 192.168.1.9");
  });
}
