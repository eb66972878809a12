import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isHostFamily, redirected } from "../../../src/core/pull/redirect.js";
import { authorityOf, mayKnowPassword, parseUrl, urlText } from "../../../src/core/pull/url.js";
import { urlOf } from "../../support/pull-bench.js";

describe("an address", () => {
  test.each([
    ["http://garden.local/update", "http://garden.local:80/update", "garden.local"],
    ["HTTP://Garden.Local:8266", "http://garden.local:8266/", "garden.local:8266"],
    [
      "http://192.168.4.1:8266/update/door?x=1#top",
      "http://192.168.4.1:8266/update/door?x=1",
      "192.168.4.1:8266",
    ],
    ["https://example.com?channel=beta", "https://example.com:443/?channel=beta", "example.com"],
    ["http://my_server:81/a//b/../c", "http://my_server:81/a//b/../c", "my_server:81"],
  ])("%s", (text, whole, host) => {
    const url = urlOf(text);
    expect(urlText(url)).toBe(whole);
    expect(authorityOf(url)).toBe(host);
  });

  test.each([
    "",
    "garden.local/update",
    "ftp://garden/",
    "http://",
    "http:///update",
    "http://:80/",
    "http://a:0/",
    "http://a:65536/",
    "http://a:8a/",
    "http://a:/",
    "http://user:secret@garden/",
    "http://[::1]/",
    "http://a b/",
    "http://a/b c",
    "http://a/b\r\nHost: c",
    "http://a/\u00e4",
    "http://.a/",
    "http://a..b/",
    `http://a/${"b".repeat(1016)}`,
    `http://${"a".repeat(254)}/`,
    "http://a/\x7f",
    "http://a\x60/",
    "http://a{/",
    "http://a,/",
    "http://a/ ",
    "http:/a/",
    "httpx://a/",
    "https:/a/b",
  ])("is refused: %j", (text) => {
    expect(typeof parseUrl(text)).toBe("string");
  });

  test.each([
    `http://a/${"b".repeat(1015)}`,
    `http://${"a".repeat(253)}/`,
    "http://a:1/",
    "http://a:65535/",
    "http://az09-._/!~",
    "https://a/b",
  ])("is taken at its limits: %s", (text) => {
    expect(typeof parseUrl(text)).toBe("object");
  });

  test("has its port in the Host header, unless it is one of the two usual ones", () => {
    const ports = [80, 443, 79, 81, 442, 444].map((port) => authorityOf(urlOf(`http://a:${port}/`)));
    expect(ports).toEqual(["a", "a", "a:79", "a:81", "a:442", "a:444"]);
  });

  test("that is taken can go into a request as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 40 }), (text) => {
        const url = parseUrl(`http://${text}`);
        if (typeof url === "string") return;
        expect(`${url.host}${url.path}`).toMatch(/^[a-z0-9._-]+\/[!-~]*$/);
      }),
      { numRuns: 40 },
    );
  });
});

describe("a redirect", () => {
  const from = urlOf("http://update.example.com:8266/esp/update?chip=1");
  test.each([
    ["http://update.example.com:8266/other", "http://update.example.com:8266/other"],
    ["http://update.example.com/other", "http://update.example.com:80/other"],
    ["https://update.example.com/other", "https://update.example.com:443/other"],
    ["http://cdn.update.example.com/x", "http://cdn.update.example.com:80/x"],
    ["//update.example.com/x", "http://update.example.com:80/x"],
    ["/new/place#part", "http://update.example.com:8266/new/place"],
    ["image.bin", "http://update.example.com:8266/esp/image.bin"],
    ["?chip=2", "http://update.example.com:8266/esp/update?chip=2"],
    ["#part", "http://update.example.com:8266/esp/update"],
    ["a/b:c", "http://update.example.com:8266/esp/a/b:c"],
    ["/b:c", "http://update.example.com:8266/b:c"],
  ])("to %s is followed", (location, to) => {
    const found = redirected(from, from, location);
    expect(typeof found === "string" ? found : urlText(found)).toBe(to);
  });

  test.each([
    "",
    "http://evil.example/x",
    "http://example.com/x",
    "http://update.example.com.evil.org/x",
    "http://evilupdate.example.com/x",
    "http://10.0.0.9/x",
    "ftp://update.example.com/x",
    "https:image.bin",
    "a:b/c",
    "javascript:alert(1)",
    "//user@update.example.com/x",
    "/a b",
  ])("to %j is not", (location) => {
    expect(typeof redirected(from, from, location)).toBe("string");
  });

  test("beside a file at the top is at the top", () => {
    const top = urlOf("http://update.example.com/update");
    const found = redirected(top, top, "image.bin");
    expect(typeof found === "string" ? found : found.path).toBe("/image.bin");
    const tls = urlOf("https://update.example.com/update?a/b");
    const beside = redirected(tls, tls, "image.bin");
    expect(typeof beside === "string" ? beside : urlText(beside)).toBe(
      "https://update.example.com:443/image.bin",
    );
    const same = redirected(tls, tls, "//update.example.com/x");
    expect(typeof same === "string" ? same : urlText(same)).toBe("https://update.example.com:443/x");
  });

  test("never leads from https to http", () => {
    const safe = urlOf("https://update.example.com/");
    expect(redirected(safe, safe, "http://update.example.com/")).toBe("a redirect from https to http");
    expect(typeof redirected(safe, safe, "/x")).not.toBe("string");
  });

  test("stays with the host that was set up, however many steps it takes", () => {
    const cdn = urlOf("http://cdn.update.example.com/");
    expect(typeof redirected(from, cdn, "http://x.cdn.update.example.com/")).not.toBe("string");
    expect(typeof redirected(from, cdn, "http://x.example.com/")).toBe("string");
  });

  test.each([
    ["example.com", "www.example.com", true],
    ["www.example.com", "example.com", true],
    ["www.example.com", "cdn.example.com", true],
    ["garden", "garden", true],
    ["localhost", "evil.localhost", false],
    ["com", "example.com", false],
    ["example.com", ".example.com", false],
    ["www.a", "a", true],
    ["1.2.3.4", "x.1.2.3.4", false],
    ["1.2.3", "x.1.2.3", true],
    ["a.2.3.4", "x.a.2.3.4", true],
    ["192.168.4.1", "192.168.4.1", true],
    ["192.168.4.1", "1.192.168.4.1", false],
    ["192.168.4.1", "192.168.4.2", false],
    ["example.com", "notexample.com", false],
  ])("%s and %s: one family %s", (one, other, isOne) => {
    expect(isHostFamily(one, other)).toBe(isOne);
  });

  test("takes the password along to the same server only", () => {
    const may = (to: string) => mayKnowPassword(from, urlOf(to));
    expect(may("http://update.example.com:8266/x")).toBe(true);
    expect(may("https://update.example.com/x")).toBe(true);
    expect(may("http://update.example.com:8080/x")).toBe(false);
    expect(may("http://cdn.update.example.com:8266/x")).toBe(false);
  });
});
