import { describe, expect, test } from "vitest";
import { manualClock } from "../../../src/board/manual-clock.js";
import { type DiscoverEvent, discoverBoards } from "../../../src/host/discover/discover.js";
import { isLocalName, locateBoard, resolveLocalName } from "../../../src/host/discover/local-name.js";
import { interfacesFor } from "../../../src/host/network.js";
import { boardAnswers, FakeMdns, gone } from "./fake-mdns.js";

/** Lets what waits for a promise run. */
const settle = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("discoverBoards", () => {
  test("asks ever more seldom, tells what comes and goes, and returns who is there", async () => {
    const network = new FakeMdns();
    const clock = manualClock();
    const events: DiscoverEvent[] = [];
    const result = discoverBoards({
      milliseconds: 10_000,
      interface: "eth0",
      clock,
      openMdns: network.openMdns,
      onEvent: (event) => events.push(event),
    });
    await settle();
    expect([network.only, network.asked.length]).toEqual(["eth0", 1]);
    network.answer(...boardAnswers("shed", "192.168.1.8"));
    network.answer(...boardAnswers("shed", "192.168.1.8"));
    network.answer(...boardAnswers("garden", "192.168.1.7"));
    clock.advance(9999);
    // After 0, 1, 3 and 7 seconds.
    expect(network.asked).toHaveLength(4);
    network.answer(...boardAnswers("garden", "192.168.1.9"));
    network.answer(gone("shed"));
    clock.advance(1);
    expect((await result).map(({ name, address }) => [name, address])).toEqual([["garden", "192.168.1.9"]]);
    expect(events.map(({ event, board }) => `${event} ${board.name} ${board.address}`)).toEqual([
      "found shed 192.168.1.8",
      "found garden 192.168.1.7",
      "changed garden 192.168.1.9",
      "gone shed 192.168.1.8",
    ]);
    expect(network.open).toBe(false);
    clock.advance(100_000);
    expect(network.asked).toHaveLength(4);
  });

  test("ends when it is told to, with what it has", async () => {
    const network = new FakeMdns();
    const stop = new AbortController();
    const { openMdns } = network;
    const result = discoverBoards({ milliseconds: Number.POSITIVE_INFINITY, signal: stop.signal, openMdns });
    await settle();
    network.answer(...boardAnswers("garden", "192.168.1.7"));
    stop.abort();
    expect(await result).toHaveLength(1);
    expect(await discoverBoards({ signal: stop.signal, openMdns })).toEqual([]);
    expect(network.open).toBe(false);
  });
});

describe("names in .local", () => {
  test.each([
    ["garden.local", true],
    ["Garden.LOCAL.", true],
    ["garden", false],
    ["local", false],
    ["garden.local.example.org", false],
    ["a.garden.local", false],
    ["192.168.1.7", false],
  ])("%s: %s", (name, local) => {
    expect(isLocalName(name)).toBe(local);
  });

  test("are asked for again each second, until somebody answers; the port comes with it", async () => {
    const network = new FakeMdns();
    const clock = manualClock();
    const result = resolveLocalName("Garden.local", { clock, openMdns: network.openMdns });
    await settle();
    clock.advance(2500);
    expect(network.asked).toHaveLength(3);
    network.answer(...boardAnswers("shed", "192.168.1.8"));
    network.answer(...boardAnswers("garden", "192.168.1.7", { port: 8266 }));
    expect(await result).toEqual({ address: "192.168.1.7", port: 8266 });
    expect(network.open).toBe(false);
  });

  test("a host that offers no updates has an address all the same", async () => {
    const network = new FakeMdns();
    const clock = manualClock();
    const result = resolveLocalName("garden.local", { clock, openMdns: network.openMdns });
    await settle();
    network.answer(boardAnswers("garden", "192.168.1.7")[3]);
    clock.advance(300);
    expect(await result).toEqual({ address: "192.168.1.7", port: undefined });
  });

  test("nobody answers: undefined, when the time is up", async () => {
    const network = new FakeMdns();
    const clock = manualClock();
    const result = resolveLocalName("garden.local", { clock, openMdns: network.openMdns });
    await settle();
    network.answer({ name: "garden.local", ttl: 0, type: "A", data: "192.168.1.7" });
    clock.advance(3000);
    expect(await result).toBeUndefined();
    expect(network.open).toBe(false);
  });
});

describe("where an upload goes", () => {
  async function located(host: string, port: number | undefined, found: boolean): Promise<object> {
    const network = new FakeMdns();
    const clock = manualClock();
    const result = locateBoard({ host, port }, { clock, openMdns: network.openMdns });
    await settle();
    if (found) network.answer(...boardAnswers("garden", "192.168.1.7", { port: 8266 }));
    clock.advance(3000);
    return { ...(await result), asked: network.asked.length > 0 };
  }

  test.each([
    ["192.168.1.7", undefined, true, { host: "192.168.1.7", port: 3232, asked: false }],
    ["garden.local", 4000, true, { host: "garden.local", port: 4000, asked: false }],
    ["garden.local", undefined, true, { host: "192.168.1.7", port: 8266, asked: true }],
    ["garden.local", undefined, false, { host: "garden.local", port: 3232, asked: true }],
  ])("%s, port %s, answered %s", async (host, port, found, expected) => {
    expect(await located(host, port, found)).toEqual(expected);
  });
});

describe("networks of this computer", () => {
  const one = (address: string, internal = false, family: "IPv4" | "IPv6" = "IPv4") =>
    ({ address, internal, family, netmask: "", mac: "", cidr: null, scopeid: 0 }) as never;
  const all = {
    lo: [one("127.0.0.1", true)],
    eth0: [one("fe80::1", false, "IPv6"), one("192.168.1.2"), one("192.168.1.3")],
    wlan0: [one("10.0.0.2")],
    tun0: [one("fe80::2", false, "IPv6")],
  };

  test("all are asked, loopback only when named", () => {
    expect(interfacesFor(undefined, all)).toEqual(["192.168.1.2", "10.0.0.2"]);
    expect(interfacesFor("wlan0", all)).toEqual(["10.0.0.2"]);
    expect(interfacesFor("192.168.1.3", all)).toEqual(["192.168.1.3"]);
    expect(interfacesFor("lo", all)).toEqual(["127.0.0.1"]);
  });

  test("one that is not there is named in the error, with those that are", () => {
    expect(() => interfacesFor("eth7", all)).toThrow(/eth7.*lo, eth0, wlan0, tun0/);
    expect(() => interfacesFor(undefined, { lo: all.lo })).toThrow(
      expect.objectContaining({ code: "NO_INTERFACE" }),
    );
  });
});
