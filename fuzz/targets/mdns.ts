import { type MdnsMessage, MessageWriter, readMdnsMessage, Section } from "../../src/core/mdns/message.js";
import { arduinoText, hostLabel, wireName } from "../../src/core/mdns/own-records.js";
import { type Datagram, MdnsResponder } from "../../src/core/mdns/responder.js";
import { Feed, latin1, must, mustEqual, program, type Target } from "../target.js";

const limit = 1400;

function ask(name: string, type: number): string {
  const writer = new MessageWriter(7, 0, limit, false);
  writer.question({ name: wireName(name), type, unicast: false });
  return writer.text();
}

function claim(name: string, data: string): string {
  const writer = new MessageWriter(0, 0x8400, limit, false);
  writer.resource(Section.Answer, { name: wireName(name), type: 1, flush: true, ttl: 120, data });
  return writer.text();
}

const words = [
  wireName("garden.local"),
  wireName("_arduino._tcp.local"),
  wireName("_http._tcp.local"),
  wireName("garden._arduino._tcp.local"),
  wireName("_services._dns-sd._udp.local"),
  wireName("7.1.168.192.in-addr.arpa"),
  "\x06garden",
  "\xc0\x0c",
  "\x84\x00",
  "\0\x01\0\x01",
  "\0\x21\x80\x01",
  "\0\xff\0\x01",
  "\0\0\0\x78\0\x04",
];
const seeds = [
  ask("garden.local", 1),
  ask("_arduino._tcp.local", 12),
  ask("_services._dns-sd._udp.local", 255),
  claim("garden.local", "\xc0\xa8\x01\x08"),
  claim("garden-2.local", "\xc0\xa8\x01\x07"),
];

/** @returns undefined when not all of it fits */
function printed(message: MdnsMessage): string | undefined {
  const writer = new MessageWriter(message.id, message.flags, 12_000, false);
  for (const one of message.questions) writer.question(one);
  const sections = [message.answers, message.authorities, message.additionals];
  for (let i = 0; i < sections.length; i++)
    for (const one of sections[i]) if (!writer.resource(i + 1, one)) return undefined;
  return writer.text();
}

const message: Target = {
  name: "mdns-message",
  most: 1500,
  words,
  seeds: () => seeds,
  run: (input) => {
    const read = readMdnsMessage(latin1(input));
    if (read === undefined) return;
    const text = printed(read);
    if (text !== undefined) mustEqual(readMdnsMessage(text), read, "a message reads otherwise");
  },
};

const identity = {
  host: "garden",
  address: "192.168.1.7",
  netmask: "255.255.255.0",
  services: [{ type: "_arduino._tcp", port: 3232, text: arduinoText(true, "ESP32", "garden@1.0.0") }],
};
const senders = [
  { address: "192.168.1.8", port: 5353 },
  { address: "192.168.1.9", port: 40000 },
  { address: "10.9.9.9", port: 5353 },
];

/** What goes out fits, can be read, and stays in the network; and a question brings no more than a handful of answers. */
function judge(out: readonly Datagram[]): void {
  must(out.length <= 60, `${out.length} datagrams at once`);
  for (const { text, address } of out) {
    must(text.length <= limit, `a datagram of ${text.length} bytes`);
    must(readMdnsMessage(text) !== undefined, "a datagram that is none");
    must(address === "224.0.0.251" || address.startsWith("192.168.1."), `a datagram to ${address}`);
  }
}

const responder: Target = {
  name: "mdns-responder",
  most: 1000,
  words,
  seeds: () => [
    program(1, 100, 1, 200, 1, 255, ...seeds.flatMap((text) => [0, text, 0])),
    program(...seeds.flatMap((text) => [0, text, 1, 1, 50])),
    program(1, 10, 0, seeds[3], 0, 1, 255, 0, seeds[3], 0, 2, 1, 90),
  ],
  run: (input) => {
    const feed = new Feed(input);
    let now = 1000;
    const one = new MdnsResponder(
      limit,
      (below) => feed.byte() % below,
      (host) => must(hostLabel(host) === host, `a name that is none: ${host}`),
    );
    one.announce(now, identity);
    while (!feed.isOver) {
      const step = feed.below(4);
      if (step === 0) judge(one.onDatagram(now, latin1(feed.take(feed.byte())), senders[feed.below(3)]));
      else if (step === 1) {
        now += 20 * feed.byte();
        judge(one.tick(now));
      } else if (step === 2) {
        judge(one.goodbye());
        one.announce(now, identity);
      } else judge(one.onDatagram(now, seeds[feed.below(seeds.length)], senders[feed.below(3)]));
      const next = one.nextAt();
      must(next === -1 || next <= now + 60_000, `nothing to do for ${next - now} ms`);
    }
  },
};

export const mdnsTargets: readonly Target[] = [message, responder];
