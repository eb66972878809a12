import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { RecordType } from "../../../src/core/mdns/message.js";
import { describeMessage } from "./describe-message.js";
import { identityOf, query, Speaker } from "./network-of-boards.js";

/** What the original (esp8266/Arduino's LEAmDNS) sent, captured: one datagram each, its length first. */
const captured = readFileSync(new URL("../../vectors/mdns-arduino.txt", import.meta.url), "utf8")
  .split(/^\+[\d.]+ from /m)
  .filter((part) => part.startsWith("0.0.0.0:5353"))
  .map((part) => {
    const [first, ...lines] = part.trimEnd().split("\n");
    return {
      length: Number(/len=(\d+)/.exec(first)?.[1]),
      lines: lines.filter((line) => !line.startsWith("---")),
    };
  });

const asCaptured = identityOf({
  host: "esp8266-ee1337",
  address: "127.0.0.1",
  services: [
    {
      type: "_arduino._tcp",
      port: 8266,
      text: ["auth_upload=yes", "board=generic", "ssh_upload=no", "tcp_check=no"],
    },
  ],
});

function told(texts: readonly { readonly text: string }[]): { length: number; lines: string[] }[] {
  return texts.map(({ text }) => ({ length: text.length, lines: describeMessage(text) }));
}

/** Record by record as captured; ours points to more names, so it may be shorter. */
function expectAsCaptured(texts: readonly { readonly text: string }[], expected: typeof captured): void {
  const ours = told(texts);
  expect(ours.map(({ lines }) => lines)).toEqual(expected.map(({ lines }) => lines));
  ours.forEach(({ length }, index) => {
    expect(length).toBeLessThanOrEqual(expected[index].length);
  });
}

const of = (flags: string, ...lengths: number[]) =>
  captured.filter(({ length, lines }) => lines[0].includes(`flags=${flags}`) && lengths.includes(length));

describe("the same as the original says, in fewer bytes", () => {
  test("three probes for host and service", () => {
    const speaker = new Speaker();
    speaker.announce(asCaptured);
    expectAsCaptured(speaker.pass(500), captured.slice(0, 6));
    expect(captured.slice(0, 6).map(({ length }) => length)).toEqual([74, 244, 74, 244, 74, 244]);
  });

  test("announcements", () => {
    const speaker = new Speaker();
    speaker.announce(asCaptured);
    speaker.pass(700);
    expectAsCaptured(speaker.pass(100), of("8400", 84, 246).slice(0, 2));
  });

  test("who asks for Arduino boards gets name, place, text and address in one", () => {
    const speaker = Speaker.settled(asCaptured);
    speaker.receive(query(["_arduino._tcp.local"], RecordType.Ptr), { address: "127.0.0.1", port: 5353 });
    expectAsCaptured(speaker.pass(200), of("8400", 204));
  });

  test("who asks for kinds of services", () => {
    const speaker = Speaker.settled(asCaptured);
    speaker.receive(query(["_services._dns-sd._udp.local"], RecordType.Ptr), {
      address: "127.0.0.1",
      port: 5353,
    });
    expectAsCaptured(speaker.pass(200), of("8400", 73));
  });
});
