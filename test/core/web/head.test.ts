import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isCrossSite, isOurHost } from "../../../src/core/web/gate.js";

import { Header, queryOf, readRequestHead } from "../../../src/core/web/head.js";
import { fromBase64, parseBasic } from "../../../src/core/web/password.js";

function head(...lines: string[]) {
  const parsed = readRequestHead(lines.join("\r\n"));
  if (parsed === undefined) throw new Error("refused");
  return parsed;
}

describe("a request's head", () => {
  test("is read, names in any case", () => {
    const one = head(
      "POST /update?kind=app&md5=ab HTTP/1.1",
      "Host: garden.local",
      "content-LENGTH:  17 ",
      "X:",
    );
    expect([one.method, one.path, one.query]).toEqual(["POST", "/update", "kind=app&md5=ab"]);
    expect(one.values[Header.Host]).toBe("garden.local");
    expect(one.length).toBe(17);
    expect([queryOf(one, "md5"), queryOf(one, "kind"), queryOf(one, "d5")]).toEqual(["ab", "app", ""]);
    expect([one.values[Header.Origin], one.values.length]).toEqual(["", 10]);
  });

  test.each([
    "GET /update",
    "GET /update HTTP/2",
    "GET  /update HTTP/1.1",
    "GET http://garden/update HTTP/1.1",
    "G:T /update HTTP/1.1",
    "GET /upd\x01ate HTTP/1.1",
    "GET / HTTP/1.1\r\nno colon",
    "GET / HTTP/1.1\r\nHost : a",
    "GET / HTTP/1.1\r\n folded: a",
    "GET / HTTP/1.1\r\nA: b\nHost: c",
    "GET / HTTP/1.1\r\nHost: a\r\nhost: b",
    "POST / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2",
    "",
    "GET / HTTP/1.1\r\nA\x7f: b",
    "GET / HTTP/1.1\r\nA: b\x7f",
    "GET / HTTP/1.1\r\nA: b\x1f",
    "GET / HTTP/1.1\r\n: b",
    "GET / HTTP/1.1\r\nA b: c",
    "GET / HTTP/1.1\r\nabc",
    "GET / HTTP/1.1\r\nA: b\r\n",
    "GET / HTTP/1.1 x",
    "GET / xTTP/1.1",
  ])("is refused: %j", (text) => {
    expect(readRequestHead(text)).toBeUndefined();
  });

  test("may have any other character: tabs in values, the first and last printable ones in names", () => {
    const one = head("GET / HTTP/1.0", "!~: x", "Origin: a\tb ~\x80\xff", "Host: a:b");
    expect(one.values[Header.Origin]).toBe("a\tb ~\x80\xff");
    expect(one.values[Header.Host]).toBe("a:b");
    expect(head("GET /a?b?c HTTP/1.1")).toMatchObject({ path: "/a", query: "b?c" });
  });

  test("keeps each header that decides something apart", () => {
    const names = [
      "Host",
      "Content-Length",
      "Transfer-Encoding",
      "Authorization",
      "Origin",
      "Sec-Fetch-Site",
      "Referer",
      "Content-Type",
      "Expect",
      "X-MD5",
    ];
    const one = head("GET / HTTP/1.1", ...names.map((name) => `${name}: of ${name}`));
    expect(one.values).toEqual(names.map((name) => `of ${name}`));
    for (const name of names)
      expect(readRequestHead(`GET / HTTP/1.1\r\n${name}: a\r\nX: b\r\nX: c\r\n${name}: a`)).toBeUndefined();
  });

  test("says the length of a body in one way only", () => {
    expect(head("GET / HTTP/1.1").length).toBe(0);
    expect(head("POST / HTTP/1.1").length).toBe(-1);
    expect(head("POST / HTTP/1.1", "Content-Length: -1").length).toBe(-1);
    expect(head("POST / HTTP/1.1", "Content-Length: 0x10").length).toBe(-1);
    expect(head("POST / HTTP/1.1", "Content-Length: 5", "Transfer-Encoding: chunked").length).toBe(-1);
  });

  test("never makes the reader throw", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary-ascii", maxLength: 200 }), (text) => void readRequestHead(text)),
    );
  });
});

describe("Basic authentication", () => {
  test("any bytes go through Base64, with and without padding", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const text = Buffer.from(bytes).toString("base64");
        expect(fromBase64(text)).toBe(Buffer.from(bytes).toString("latin1"));
        expect(fromBase64(text.replaceAll("=", ""))).toBe(Buffer.from(bytes).toString("latin1"));
      }),
    );
  });

  test("a password may have colons, the name may be empty", () => {
    const of = (text: string) => parseBasic(`Basic ${Buffer.from(text).toString("base64")}`);
    expect(of("admin:a:b")).toEqual({ user: "admin", password: "a:b" });
    expect(of(":a")).toEqual({ user: "", password: "a" });
    expect(of("admin")).toBeUndefined();
    expect(parseBasic("")).toBeUndefined();
    expect(parseBasic("Bearer YTpi")).toBeUndefined();
    expect(parseBasic("Basic YT*i")).toBeUndefined();
    expect(parseBasic("basic YTpi")).toEqual({ user: "a", password: "b" });
  });
});

describe("who is meant, and who asks", () => {
  test.each([
    "192.168.1.7",
    "192.168.1.7:8080",
    "garden",
    "Garden.local",
    "garden.local.:80",
    "localhost:8080",
    "0.0.0.0",
    "255.255.255.255",
    "garden:",
  ])("%s is this board", (host) => expect(isOurHost(host, "garden")).toBe(true));

  test.each([
    "evil.example",
    "garden.evil.example",
    "192.168.1.7.evil.example",
    "1.2.3",
    "1.2.3.400",
    "1.2.3.256",
    "1.2.3.4.5",
    "1.2.3.0004",
    "1.2.3.",
    "1.2.3.x",
    "1.2.3.-4",
    "garden..",
    "localhost.local",
    "garden.local.evil",
    "",
    ".local",
  ])("%s is not", (host) => {
    expect(isOurHost(host, "garden")).toBe(false);
    expect(isOurHost(host, "")).toBe(false);
  });

  const cross = (...lines: string[]) =>
    isCrossSite(head("POST / HTTP/1.1", "Host: garden.local:80", ...lines));

  test.each([
    [],
    ["Origin: http://garden.local:80"],
    ["Origin: https://GARDEN.local:80"],
    ["Referer: http://garden.local:80/update"],
    ["Sec-Fetch-Site: same-origin", "Origin: http://garden.local:80"],
    ["Sec-Fetch-Site: none"],
  ])("own page or a tool: %j", (...lines) => expect(cross(...lines)).toBe(false));

  test.each([
    ["Origin: http://evil.example"],
    ["Origin: null"],
    ["Origin: x"],
    ["Referer: /"],
    ["Sec-Fetch-Site: x"],
    ["Origin: http://garden.local:8080"],
    ["Origin: http://garden.local:80@evil.example"],
    ["Origin: http://garden.local:80.evil.example"],
    ["Referer: http://evil.example/http://garden.local:80/"],
    ["Sec-Fetch-Site: cross-site"],
    ["Sec-Fetch-Site: same-site", "Origin: http://garden.local:80"],
    ["Origin: file://garden.local:80"],
  ])("a page of another site: %j", (...lines) => expect(cross(...lines)).toBe(true));
});
