import { describe, expect, test } from "vitest";
import { mayConcern } from "../../../src/core/mdns/conflicts.js";
import { RecordType } from "../../../src/core/mdns/message.js";
import { allServices, asker, identityOf, query, Speaker } from "./network-of-boards.js";

describe("what may concern a board", () => {
  test("is everything that it would answer or heed", () => {
    const said: string[] = [allServices];
    for (const name of [
      "GARDEN.local",
      "garden._http._tcp.local",
      "_services._dns-sd._udp.local",
      "_http._tcp.local",
    ])
      said.push(query([name], RecordType.Any));
    said.push(query(["7.1.168.192.in-addr.arpa"], RecordType.Ptr));
    const other = new Speaker();
    other.announce(identityOf({ address: "192.168.1.9" }));
    said.push(...other.pass(10_000).map(({ text }) => text));
    expect(said.filter((text) => !mayConcern("garden", text))).toEqual([]);
  });

  test("is not what others say to each other", () => {
    const other = new Speaker();
    other.announce(identityOf({ host: "shed", services: [{ type: "_arduino._tcp", port: 3232, text: [] }] }));
    const announced = other.pass(10_000).filter(({ text }) => text.charCodeAt(2) >= 128);
    const said = [
      query(["_ipp._tcp.local", "printer.local"], RecordType.Any),
      ...announced.map(({ text }) => text),
    ];
    expect(said.filter((text) => mayConcern("garden", text))).toEqual([]);
  });
});

describe("a responder that was let go of", () => {
  test("comes back with its name: it answers, and probes for nothing", () => {
    const one = new Speaker();
    one.responder.resume(identityOf(), "garden-2");
    expect(one.responder.nextAt()).toBe(-1);
    expect(one.receive(query(["garden-2.local"], RecordType.A), asker)).toHaveLength(1);
    expect(one.receive(query(["garden.local"], RecordType.A), asker)).toEqual([]);
    one.receive(allServices);
    expect(one.pass(10_000)).toHaveLength(1);
    expect(one.leave()).toHaveLength(2);
    expect(one.named).toEqual([]);
  });
});
