import { decode, encode } from "dns-packet";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type MdnsQuestion,
  MessageWriter,
  RecordType,
  type Resource,
  readMdnsMessage,
  Section,
} from "../../../src/core/mdns/message.js";
import { wireName } from "../../../src/core/mdns/own-records.js";

const label = fc.string({ minLength: 1, maxLength: 12, unit: fc.constantFrom(..."abcAB_-.0 é") });
const name = fc
  .array(label, { minLength: 1, maxLength: 5 })
  .map((labels) => `${labels.map((one) => String.fromCharCode(one.length) + one).join("")}\0`);
const bytes = (maxLength: number) =>
  fc.string({ maxLength, unit: fc.nat(255).map((code) => String.fromCharCode(code)) });
const ttl = fc.nat(0x7fffffff);

const resource: fc.Arbitrary<Resource> = fc.oneof(
  fc.record({ name, type: fc.constant(RecordType.A as number), flush: fc.boolean(), ttl, data: bytes(4) }),
  fc.record({ name, type: fc.constant(RecordType.Ptr as number), flush: fc.boolean(), ttl, data: name }),
  fc.record({ name, type: fc.constant(RecordType.Txt as number), flush: fc.boolean(), ttl, data: bytes(60) }),
  fc.tuple(name, fc.boolean(), ttl, name).map(([of, flush, life, target]) => ({
    name: of,
    type: RecordType.Srv as number,
    flush,
    ttl: life,
    data: `\0\0\0\0\x0c\xa0${target}`,
  })),
);
const question: fc.Arbitrary<MdnsQuestion> = fc.record({ name, type: fc.nat(65_535), unicast: fc.boolean() });
const resources = fc.array(resource, { maxLength: 4 });
const message = fc.record({
  id: fc.nat(65_535),
  flags: fc.nat(65_535),
  questions: fc.array(question, { maxLength: 3 }),
  answers: resources,
  authorities: resources,
  additionals: resources,
});
type Message = typeof message extends fc.Arbitrary<infer M> ? M : never;

function written({ id, flags, questions, answers, authorities, additionals }: Message): string {
  const writer = new MessageWriter(id, flags, 9000, false);
  for (const one of questions) writer.question(one);
  for (const one of answers) writer.resource(Section.Answer, one);
  for (const one of authorities) writer.resource(Section.Authority, one);
  for (const one of additionals) writer.resource(Section.Additional, one);
  return writer.text();
}

describe("messages", () => {
  test("are read as they were written", () => {
    fc.assert(
      fc.property(message, (one) => {
        expect(readMdnsMessage(written(one))).toEqual(one);
      }),
    );
  });

  test("cut anywhere, they keep a prefix of what they said", () => {
    fc.assert(
      fc.property(message, fc.nat(1000), (one, cut) => {
        const text = written(one);
        const read = readMdnsMessage(text.slice(0, cut % (text.length + 1)));
        if (read === undefined) return;
        expect(one.questions.slice(0, read.questions.length)).toEqual(read.questions);
        expect(one.answers.slice(0, read.answers.length)).toEqual(read.answers);
        expect(one.authorities.slice(0, read.authorities.length)).toEqual(read.authorities);
      }),
    );
  });

  test("cut anywhere, they keep no half question", () => {
    const writer = new MessageWriter(0, 0, 512, false);
    for (const host of ["a", "b"]) writer.question({ name: wireName(host), type: 0x1234, unicast: true });
    const text = writer.text();
    for (let length = 12; length <= text.length; length++)
      expect(readMdnsMessage(text.slice(0, length))?.questions, `${length}`).toHaveLength(
        length < 12 + 7 ? 0 : length < 12 + 14 ? 1 : 2,
      );
  });

  test("any bytes are read without harm", () => {
    const anything = fc.oneof(
      bytes(600),
      fc.tuple(bytes(12), bytes(500)).map(([head, rest]) => `${head}\0\x01\0\x03\0\0\0\0${rest}`),
      fc
        .tuple(message, fc.array(fc.tuple(fc.nat(600), fc.nat(255)), { maxLength: 8 }))
        .map(([one, changes]) => {
          const damaged = Buffer.from(written(one), "latin1");
          for (const [at, value] of changes) if (at < damaged.length) damaged[at] = value;
          return damaged.toString("latin1");
        }),
    );
    fc.assert(
      fc.property(anything, (text) => {
        const read = readMdnsMessage(text);
        for (const one of read?.questions ?? []) expect(one.name.length).toBeLessThanOrEqual(330);
      }),
      { numRuns: 500 },
    );
  });

  test("a pointer to itself, forward, or round and round is no name", () => {
    const head = "\0\0\0\0\0\x01\0\0\0\0\0\0";
    for (const body of ["\xc0\x0c", "\xc0\x20\0\x01\0\x01", "\x01a\xc0\x0c\0\x01\0\x01", "\x40a", "\x3fa"])
      expect(readMdnsMessage(head + body)?.questions).toEqual([]);
  });

  test("a name has 255 bytes at most, its labels 63", () => {
    const head = "\0\0\0\0\0\x01\0\0\0\0\0\0";
    const label = (length: number) => String.fromCharCode(length) + "x".repeat(length);
    const name = (last: number) => `${label(63)}${label(63)}${label(63)}${label(last)}\0`;
    expect(name(61)).toHaveLength(255);
    expect(readMdnsMessage(`${head}${name(61)}\0\x01\0\x01`)?.questions).toHaveLength(1);
    expect(readMdnsMessage(`${head}${name(62)}\0\x01\0\x01`)?.questions).toEqual([]);
    expect(readMdnsMessage(`${head}${label(64)}\0\0\x01\0\x01`)?.questions).toEqual([]);
    expect(readMdnsMessage(head)?.questions).toEqual([]);
    expect(readMdnsMessage(head.slice(1))).toBeUndefined();
  });

  test("a pointer may lead to any place before it, beyond the first 256 bytes too", () => {
    const writer = new MessageWriter(0, 0, 2000, false);
    const filling = { type: RecordType.Txt, flush: false, ttl: 1, data: `\xc8${"x".repeat(200)}` };
    for (const host of ["a", "b", "c"]) writer.resource(Section.Answer, { ...filling, name: wireName(host) });
    for (let i = 0; i < 2; i++)
      writer.resource(Section.Answer, { ...filling, name: wireName("garden.local"), ttl: 70_000 });
    const answers = readMdnsMessage(writer.text())?.answers ?? [];
    expect(answers.map(({ name, ttl }) => [name, ttl]).slice(3)).toEqual([
      [wireName("garden.local"), 70_000],
      [wireName("garden.local"), 70_000],
    ]);
    expect(decode(Buffer.from(writer.text(), "latin1")).answers?.[4]).toMatchObject({
      name: "garden.local",
      ttl: 70_000,
      class: "IN",
    });
  });

  test("a name is written once and pointed to from then on", () => {
    const writer = new MessageWriter(0, 0, 512, false);
    writer.question({ name: wireName("garden.local"), type: RecordType.Any, unicast: true });
    const plain = writer.text().length;
    writer.resource(Section.Authority, {
      name: wireName("garden.local"),
      type: RecordType.A,
      flush: false,
      ttl: 120,
      data: "\x7f\0\0\x01",
    });
    expect(writer.text().length - plain).toBe(2 + 10 + 4);
  });

  test("what does not fit is left out whole, and what comes after may still go in", () => {
    fc.assert(
      fc.property(fc.array(resource, { maxLength: 12 }), fc.integer({ min: 12, max: 300 }), (all, limit) => {
        const writer = new MessageWriter(0, 0, limit, false);
        const taken = all.filter((one) => writer.resource(Section.Answer, one));
        expect(writer.text().length).toBeLessThanOrEqual(limit);
        expect(readMdnsMessage(writer.text())?.answers).toEqual(taken);
      }),
    );
  });

  test("another DNS library reads what we write, and we read what it writes", () => {
    const answers = [
      { name: "_arduino._tcp.local", type: "PTR", ttl: 4500, data: "garden._arduino._tcp.local" },
      {
        name: "garden._arduino._tcp.local",
        type: "SRV",
        ttl: 4500,
        flush: true,
        data: { port: 3232, target: "garden.local" },
      },
      { name: "garden.local", type: "A", ttl: 120, flush: true, data: "192.168.1.7" },
    ] as const;
    const theirs = encode({ type: "response", id: 7, flags: 0x0400, answers: [...answers] });
    const read = readMdnsMessage(theirs.toString("latin1"));
    const names = ["_arduino._tcp.local", "garden._arduino._tcp.local", "garden.local"].map(wireName);
    expect(read?.answers.map((one) => [one.name, one.type, one.flush, one.ttl])).toEqual([
      [names[0], RecordType.Ptr, false, 4500],
      [names[1], RecordType.Srv, true, 4500],
      [names[2], RecordType.A, true, 120],
    ]);
    expect(read?.answers.map((one) => one.data)).toEqual([
      names[1],
      `\0\0\0\0\x0c\xa0${names[2]}`,
      "\xc0\xa8\x01\x07",
    ]);
    const writer = new MessageWriter(7, 0x8400, 512, false);
    for (const one of read?.answers ?? []) writer.resource(Section.Answer, one);
    expect(writer.text().length).toBeLessThan(theirs.length);
    expect(decode(Buffer.from(writer.text(), "latin1")).answers).toEqual(decode(theirs).answers);
  });
});
