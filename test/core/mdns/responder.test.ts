import { decode } from "dns-packet";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MessageWriter, RecordType, type Resource, Section } from "../../../src/core/mdns/message.js";
import { wireName } from "../../../src/core/mdns/own-records.js";
import type { Datagram } from "../../../src/core/mdns/responder.js";
import { allServices, asker, group, identityOf, query, responseFlags, Speaker } from "./network-of-boards.js";

const read = (one: Datagram) => decode(Buffer.from(one.text, "latin1"));
/** The answers of all datagrams, "name TYPE" each. */
const answersOf = (datagrams: readonly Datagram[]) =>
  datagrams.flatMap((one) => (read(one).answers ?? []).map(({ name, type }) => `${name} ${type}`));

const host = wireName("garden.local");
const name = wireName("garden._arduino._tcp.local");
const kind = wireName("_arduino._tcp.local");

function resource(of: string, type: number, data: string, ttl = 120): Resource {
  return { name: of, type, flush: true, ttl, data };
}

function response(...answers: Resource[]): string {
  const writer = new MessageWriter(0, responseFlags, 512, false);
  for (const one of answers) writer.resource(Section.Answer, one);
  return writer.text();
}

function probe(of: string, ...claims: Resource[]): string {
  const writer = new MessageWriter(0, 0, 512, false);
  writer.question({ name: of, type: RecordType.Any, unicast: true });
  for (const one of claims) writer.resource(Section.Authority, one);
  return writer.text();
}

/** A query with what the asker knows already. */
function knowing(known: readonly Resource[], truncated = false, asking = true): string {
  const writer = new MessageWriter(0, truncated ? 0x0200 : 0, 512, false);
  if (asking) writer.question({ name: kind, type: RecordType.Ptr, unicast: false });
  for (const one of known) writer.resource(Section.Answer, one);
  return writer.text();
}

const address = (last: number) => `\xc0\xa8\x01${String.fromCharCode(last)}`;

describe("taking a name", () => {
  test("three probes a quarter of a second apart, then four announcements, ever further apart", () => {
    const one = new Speaker();
    one.announce(identityOf());
    one.pass(60_000);
    const times = one.sent.map(({ at }) => at);
    expect([...new Set(times)]).toEqual([0, 250, 500, 750, 1750, 3750, 7750]);
    expect(one.sent.every(({ address: to, port }) => to === group && port === 5353)).toBe(true);
    expect(one.named).toEqual(["garden 192.168.1.7"]);
    expect(one.responder.nextAt()).toBe(-1);
  });

  test("boards that got power together do not speak together", () => {
    const one = new Speaker(528, (below) => below - 1);
    one.announce(identityOf());
    expect(one.pass(248)).toEqual([]);
    expect(one.pass(1)).toHaveLength(2);
  });

  test("nothing is sent before there is a name to announce", () => {
    const one = new Speaker();
    one.pass(10_000);
    one.receive(allServices);
    expect(one.sent).toEqual([]);
  });

  test("its own datagrams, received again, are no conflict", () => {
    const one = new Speaker();
    const echoes: string[] = [];
    one.onSend = ({ text }) => {
      echoes.push(text);
      for (const echo of echoes)
        one.responder.onDatagram(one.now, echo, { address: "192.168.1.7", port: 5353 });
    };
    one.announce(identityOf());
    one.pass(60_000);
    expect(one.named).toEqual(["garden 192.168.1.7"]);
  });
});

/** A host that has the name, and answers the first `most` probes for it. */
function rival(one: Speaker, claim: Resource, most = 100): void {
  one.onSend = (datagram) => {
    const asked = read(datagram).questions?.some((question) => wireName(question.name) === claim.name);
    if (asked && most-- > 0) one.receive(response(claim));
  };
}

describe("conflicts", () => {
  test("a name that somebody has is left to him", () => {
    const one = new Speaker();
    rival(one, resource(host, RecordType.A, address(99)));
    one.announce(identityOf());
    one.pass(60_000);
    expect(one.named).toEqual(["garden-2 192.168.1.7"]);
    expect(answersOf(one.sent)).not.toContain("garden.local A");
  });

  test("so is a service's name", () => {
    const one = new Speaker();
    rival(one, resource(name, RecordType.Srv, `\0\0\0\0\x0c\xa0${wireName("shed.local")}`));
    one.announce(identityOf());
    one.pass(60_000);
    expect(one.named).toEqual(["garden-2 192.168.1.7"]);
  });

  test("and one that another host has for another kind of address", () => {
    const one = new Speaker();
    rival(one, resource(host, 28, "\xfe\x80".padEnd(16, "\0")));
    one.announce(identityOf());
    one.pass(60_000);
    expect(one.named).toEqual(["garden-2 192.168.1.7"]);
  });

  test("one forged claim, or two, take no name away, whenever they come", () => {
    const claim = resource(host, RecordType.A, address(99));
    for (const forged of [1, 2])
      for (let at = 0; at <= 4000; at += 125) {
        const one = new Speaker();
        one.announce(identityOf());
        one.pass(at);
        for (let i = 0; i < forged; i++) one.receive(response(claim));
        one.pass(60_000);
        expect(new Set(one.named), `${at}`).toEqual(new Set(["garden 192.168.1.7"]));
      }
    const answered = new Speaker();
    rival(answered, claim, 2);
    answered.announce(identityOf());
    answered.pass(60_000);
    expect(answered.named).toEqual(["garden 192.168.1.7"]);
  });

  test("a name that holds is probed for again once a minute, however often it is claimed, and answered for meanwhile", () => {
    const one = Speaker.settled();
    const claim = response(resource(host, RecordType.A, address(99)));
    one.receive(claim);
    one.pass(2000);
    one.sent.length = 0;
    for (let second = 0; second < 50; second++) {
      one.receive(claim);
      one.pass(1000);
      expect(
        answersOf(one.receive(query(["garden.local"], RecordType.A, { id: second }), { ...asker, port: 9 })),
      ).toEqual(["garden.local A"]);
    }
    expect(new Set(one.named)).toEqual(new Set(["garden 192.168.1.7"]));
    expect(one.sent.filter(({ address: to }) => to === group).length).toBeLessThanOrEqual(30);
  });

  test("a goodbye, another's name, and a response from a wrong port take nothing away", () => {
    const one = new Speaker();
    one.announce(identityOf());
    one.receive(response(resource(host, RecordType.A, address(99), 0)));
    one.receive(response(resource(wireName("garden-shed.local"), RecordType.A, address(99))));
    one.receive(response(resource(host, RecordType.A, address(99))), {
      address: "192.168.1.50",
      port: 40_000,
    });
    one.pass(60_000);
    expect(one.named).toEqual(["garden 192.168.1.7"]);
  });

  test("of two who ask at once, the lesser claim waits a second and finds the name taken", () => {
    const seven = new Speaker();
    const nine = new Speaker();
    seven.onSend = ({ text }) => nine.receive(text, { address: "192.168.1.7", port: 5353 });
    nine.onSend = ({ text }) => seven.receive(text, { address: "192.168.1.9", port: 5353 });
    seven.announce(identityOf());
    nine.announce(identityOf({ address: "192.168.1.9" }));
    for (let i = 0; i < 600; i++) {
      seven.pass(10);
      nine.pass(10);
    }
    expect(nine.named).toEqual(["garden 192.168.1.9"]);
    expect(seven.named).toEqual(["garden-2 192.168.1.7"]);
  });

  test("equal claims, as one's own echo, go on", () => {
    const one = new Speaker();
    one.announce(identityOf());
    one.pass(100);
    one.receive(probe(host, { ...resource(host, RecordType.A, address(7)), flush: false }));
    one.pass(650);
    expect(one.named).toEqual(["garden 192.168.1.7"]);
  });

  test("an equal claim with more to it wins", () => {
    const one = new Speaker();
    one.announce(identityOf());
    one.pass(100);
    const ours = { ...resource(host, RecordType.A, address(7)), flush: false };
    one.receive(probe(host, ours, resource(host, 28, "\xfe\x80".padEnd(16, "\0"))));
    one.pass(900);
    expect(one.named).toEqual([]);
    one.pass(1000);
    expect(one.named).toEqual(["garden 192.168.1.7"]);
  });

  test("who has the name defends it against a probe at once, and asks again when it is contradicted", () => {
    const one = Speaker.settled();
    const defence = one.receive(probe(host, resource(host, RecordType.A, address(99))));
    expect(answersOf(defence)).toEqual(["garden.local A"]);
    one.sent.length = 0;
    one.receive(response(resource(host, RecordType.A, address(99))));
    expect(one.responder.nextAt()).toBe(one.now);
    one.pass(10);
    expect(read(one.sent[0]).questions?.[0].name).toBe("garden.local");
    one.pass(60_000);
    expect(one.named).toEqual(["garden 192.168.1.7", "garden 192.168.1.7"]);
  });

  test("somebody who takes every name slows it down instead of making it shout", () => {
    const one = new Speaker();
    one.announce(identityOf());
    for (let second = 0; second < 200; second++) {
      one.pass(1000);
      const asked = [...one.sent].reverse().map(read)[0]?.questions?.[0];
      const wanted = asked?.name.split(".")[0] ?? "garden";
      one.receive(response(resource(wireName(`${wanted}.local`), RecordType.A, address(99))));
    }
    const late = one.sent.filter(({ at }) => at > 100_000 && at <= 200_000);
    expect(late.length).toBeLessThanOrEqual(20 * 6);
  });
});

describe("answers", () => {
  test("who asks for the boards gets the pointer, and the rest with it; others may answer too, so not at once", () => {
    const one = new Speaker(528, (below) => below - 1);
    one.announce(identityOf());
    one.pass(60_000);
    expect(one.receive(allServices)).toEqual([]);
    expect(one.pass(118)).toEqual([]);
    const [answer] = one.pass(1);
    expect(answersOf([answer])).toEqual(["_arduino._tcp.local PTR"]);
    expect(read(answer).additionals?.map(({ type }) => type)).toEqual(["SRV", "TXT", "A"]);
    expect(answer.address).toBe(group);
  });

  test.each([
    ["garden.local", RecordType.A, "garden.local A"],
    ["GARDEN.LOCAL", RecordType.A, "garden.local A"],
    ["garden.local", RecordType.Any, "garden.local A"],
    ["garden.local", 28, "garden.local NSEC"],
    ["garden._arduino._tcp.local", RecordType.Srv, "garden._arduino._tcp.local SRV"],
    ["garden._arduino._tcp.local", RecordType.Txt, "garden._arduino._tcp.local TXT"],
    ["7.1.168.192.in-addr.arpa", RecordType.Ptr, "7.1.168.192.in-addr.arpa PTR"],
  ])("%s, type %i: %s, at once", (asked, type, answer) => {
    expect(answersOf(Speaker.settled().receive(query([asked], type)))).toEqual([answer]);
  });

  test("others' names are others' to answer", () => {
    const one = Speaker.settled();
    for (const asked of [
      "shed.local",
      "garden",
      "garden.local.local",
      "_ipp._tcp.local",
      "shed._arduino._tcp.local",
    ])
      one.receive(query([asked], RecordType.Any));
    expect(one.pass(2000)).toEqual([]);
  });

  test("what the asker knows with half its life left is not told again", () => {
    const one = Speaker.settled();
    const pointer = (ttl: number) => ({ ...resource(kind, RecordType.Ptr, name, ttl), flush: false });
    one.receive(knowing([pointer(2250)]));
    expect(one.pass(1000)).toEqual([]);
    one.receive(knowing([pointer(2249)]));
    expect(one.pass(1000)).toHaveLength(1);
    one.receive(knowing([{ ...pointer(4500), data: wireName("shed._arduino._tcp.local") }]));
    expect(one.pass(1000)).toHaveLength(1);
  });

  test("who knows more than fits into one datagram is heard out", () => {
    const one = Speaker.settled();
    const pointer = { ...resource(kind, RecordType.Ptr, name, 4500), flush: false };
    one.receive(knowing([], true));
    expect(one.pass(300)).toEqual([]);
    one.receive(knowing([pointer], false, false));
    expect(one.pass(2000)).toEqual([]);
    one.receive(knowing([], true));
    expect(one.pass(399)).toEqual([]);
    expect(one.pass(1)).toHaveLength(1);
  });

  test("a record goes out once a second at most, however many ask", () => {
    const one = Speaker.settled();
    for (let i = 0; i < 100; i++) {
      one.receive(query(["garden.local"], RecordType.A));
      one.pass(25);
    }
    expect(one.sent.map(({ at }) => at - 60_000)).toEqual([0, 1000, 2000]);
  });

  test("who takes unicast gets it, if everybody heard the record lately", () => {
    const one = Speaker.settled();
    const asked = query(["garden.local"], RecordType.A, { unicast: true });
    // Announced 52 s ago: more than a quarter of 120 s.
    expect(one.receive(asked)).toMatchObject([{ address: group, port: 5353 }]);
    expect(one.receive(asked)).toMatchObject([asker]);
    one.pass(29_000);
    expect(one.receive(asked)).toMatchObject([asker]);
    one.pass(2000);
    expect(one.receive(asked)).toMatchObject([{ address: group, port: 5353 }]);
  });

  test("a plain DNS asker gets its question, its id and short lives, and nobody else hears it", () => {
    const one = Speaker.settled();
    const plain = { address: "192.168.1.50", port: 40_000 };
    const [answer, ...more] = one.receive(query(["_arduino._tcp.local"], RecordType.Ptr, { id: 77 }), plain);
    expect(more).toEqual([]);
    expect(answer).toMatchObject(plain);
    const message = read(answer);
    expect(message).toMatchObject({
      id: 77,
      questions: [{ name: "_arduino._tcp.local", type: "PTR", class: "IN" }],
    });
    const all = [...(message.answers ?? []), ...(message.additionals ?? [])];
    expect(all.map(({ type }) => type)).toEqual(["PTR", "SRV", "TXT", "A"]);
    for (const record of all) expect(record).toMatchObject({ ttl: 10, flush: false });
    // RFC 6762 §18.14: its SRV record has the target in full.
    expect(answer.text.split("\x06garden\x05local\0")).toHaveLength(2);
  });

  test("who is not in our network gets no answer", () => {
    const one = Speaker.settled();
    for (const from of ["192.168.2.50", "192.169.1.50", "193.168.1.50", "8.8.8.8", "nonsense"])
      one.receive(query(["garden.local"], RecordType.A), { address: from, port: 53 });
    expect(one.pass(2000)).toEqual([]);
  });

  test("errors, updates and noise are not questions", () => {
    const one = Speaker.settled();
    const asked = query(["garden.local"], RecordType.A);
    for (const second of ["\x28", "\x78"]) one.receive(`${asked.slice(0, 2)}${second}${asked.slice(3)}`);
    one.receive(`${asked.slice(0, 3)}\x03${asked.slice(4)}`);
    one.receive(asked.slice(0, 11));
    expect(one.pass(2000)).toEqual([]);
  });
});

describe("leaving", () => {
  test("says goodbye to all it has told, once", () => {
    const one = Speaker.settled();
    const words = one.leave();
    expect(answersOf(words)).toEqual([
      "garden.local A",
      "7.1.168.192.in-addr.arpa PTR",
      "_services._dns-sd._udp.local PTR",
      "_arduino._tcp.local PTR",
      "garden._arduino._tcp.local SRV",
      "garden._arduino._tcp.local TXT",
    ]);
    for (const word of words)
      for (const record of read(word).answers ?? []) expect(record).toMatchObject({ ttl: 0 });
    one.receive(allServices);
    expect([...one.leave(), ...one.pass(10_000)]).toEqual([]);
  });

  test("who never had a name has none to give back", () => {
    const one = new Speaker();
    one.announce(identityOf());
    one.pass(300);
    expect(one.leave()).toEqual([]);
  });
});

describe("within the engine's datagrams", () => {
  const services = [...identityOf().services, { type: "_http._tcp", port: 80, text: ["path=/update"] }];

  test.each([268, 528])("of %i bytes everything is said, in pieces if need be", (limit) => {
    const identity = identityOf({ host: "x".repeat(32), services });
    const one = new Speaker(limit);
    one.announce(identity);
    one.pass(60_000);
    for (const asked of ["_arduino._tcp.local", "_http._tcp.local", "_services._dns-sd._udp.local"])
      one.receive(query([asked], RecordType.Ptr));
    one.pass(2000);
    one.leave();
    expect(Math.max(...one.sent.map(({ text }) => text.length))).toBeLessThanOrEqual(limit);
    const said = new Set(answersOf(one.sent));
    for (const service of services)
      for (const type of ["SRV", "TXT"])
        expect(said).toContain(`${"x".repeat(32)}.${service.type}.local ${type}`);
  });

  test("nothing that comes in makes it throw, or say more than it may", () => {
    const noise = fc.array(
      fc.record({
        text: fc.oneof(
          fc.string({ maxLength: 300, unit: fc.nat(255).map((code) => String.fromCharCode(code)) }),
          fc
            .tuple(
              fc.constantFrom(
                allServices,
                query(["garden.local", "_services._dns-sd._udp.local"], RecordType.Any, { unicast: true }),
                response(resource(host, RecordType.A, address(99))),
                probe(name, resource(name, RecordType.Srv, `\0\0\0\0\xff\xff${host}`)),
                knowing([resource(kind, RecordType.Ptr, name)], true),
              ),
              fc.array(fc.tuple(fc.nat(120), fc.nat(255)), { maxLength: 3 }),
            )
            .map(([text, changes]) => {
              const bytes = Buffer.from(text, "latin1");
              for (const [at, value] of changes) if (at < bytes.length) bytes[at] = value;
              return bytes.toString("latin1");
            }),
        ),
        port: fc.constantFrom(5353, 5353, 40_000),
        wait: fc.nat(900),
      }),
      { maxLength: 25 },
    );
    fc.assert(
      fc.property(noise, (datagrams) => {
        const one = new Speaker(268);
        one.announce(identityOf({ services }));
        for (const { text, port, wait } of datagrams) {
          one.receive(text, { address: "192.168.1.50", port });
          one.pass(wait);
        }
        // Left alone, it always comes to a name and to rest.
        one.pass(120_000);
        expect(one.named.at(-1)).toMatch(/^garden(-\d+)? 192\.168\.1\.7$/);
        expect(one.responder.nextAt()).toBe(-1);
        expect(one.sent.filter(({ text }) => text.length > 268)).toEqual([]);
      }),
      { numRuns: 50 },
    );
  });
});
