import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  arduinoText,
  hostLabel,
  nextHost,
  reverseName,
  sameName,
  wireName,
} from "../../../src/core/mdns/own-records.js";
import { addressBytes } from "../../../src/core/text.js";

describe("names", () => {
  test("lie in a datagram label by label", () => {
    expect(wireName("_arduino._tcp.local")).toBe("\x08_arduino\x04_tcp\x05local\0");
  });

  test("know no case", () => {
    expect(sameName(wireName("Garden.local"), wireName("gARDEN.LOCAL"))).toBe(true);
    expect(sameName(wireName("garden.local"), wireName("garten.local"))).toBe(false);
  });

  test.each([
    ["garden", "garden"],
    ["Mein Gärtchen!", "Mein-G-rtchen"],
    ["--a--b--", "a-b"],
    ["", "sluice"],
    ["…", "sluice"],
    ["@AZ[`az{/09:", "AZ-az-09"],
    [`${"x".repeat(31)}-y`, `${"x".repeat(31)}y`],
    [`${"x".repeat(30)}-y`, `${"x".repeat(30)}-y`],
    ["x".repeat(70), "x".repeat(32)],
  ])("%j becomes the host name %s", (text, host) => {
    expect(hostLabel(text)).toBe(host);
  });

  test("whatever the text, the host name is one that DNS takes", () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 80, unit: fc.constantFrom(..."abzAZ019--. _\0\xe4\u20ac") }),
        (text) => {
          expect(hostLabel(text)).toMatch(/^[A-Za-z0-9](-?[A-Za-z0-9])*$/);
          expect(hostLabel(text).length).toBeLessThanOrEqual(32);
        },
      ),
    );
  });

  test.each([
    ["garden", "garden-2"],
    ["garden-2", "garden-3"],
    ["garden-99", "garden-100"],
    ["garden2", "garden2-2"],
    ["12", "12-2"],
    ["-2", "-2-2"],
    ["a-0", "a-1"],
    ["a-9", "a-10"],
    ["garden-09", "garden-10"],
    ["garden-/", "garden-/-2"],
    ["garden-:", "garden-:-2"],
    ["a-", "a--2"],
    ["x".repeat(32), `${"x".repeat(30)}-2`],
  ])("after %s comes %s", (host, next) => {
    expect(nextHost(host)).toBe(next);
  });

  test("never run out: each is new, and short enough", () => {
    const seen = new Set<string>();
    let host = hostLabel("abcdefghijklmnopqrstuvwxyz0123456789");
    for (let i = 0; i < 2000; i++) {
      expect(seen.has(host)).toBe(false);
      expect(host.length).toBeLessThanOrEqual(32);
      seen.add(host);
      host = nextHost(host);
    }
  });

  test("an address is four bytes, and backwards a name", () => {
    expect(addressBytes("192.168.1.7")).toBe("\xc0\xa8\x01\x07");
    expect(addressBytes("0.0.255.255")).toBe("\0\0\xff\xff");
    for (const bad of ["", "1.2.3", "1.2.3.4.5", "1.2.3.256", "a.b.c.d", "1..2.3"])
      expect(addressBytes(bad)).toBe("");
    expect(reverseName("192.168.1.7")).toBe(wireName("7.1.168.192.in-addr.arpa"));
  });
});

describe("the TXT record", () => {
  test("has what Arduino's tools look for, and cuts what is long", () => {
    expect(arduinoText(false, "esp32-devkit", "x".repeat(61))).toEqual([
      "auth_upload=no",
      "board=esp32-devkit",
      "ssh_upload=no",
      "tcp_check=no",
      `app=${"x".repeat(60)}`,
    ]);
    expect(arduinoText(true, "b", "y".repeat(60))).toContain(`app=${"y".repeat(60)}`);
    expect(arduinoText(true, "b", "")[0]).toBe("auth_upload=yes");
  });
});
