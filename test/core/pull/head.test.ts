import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { mostHeadBytes, ResponseHeader, readResponseHead } from "../../../src/core/pull/head.js";
import { PullError, type ResponseHead } from "../../../src/core/pull/job.js";

/** Reads one head, piece by piece. */
class Reading {
  head: ResponseHead | undefined;

  read(text: string): number {
    return readResponseHead(this, text);
  }

  get isOver(): boolean {
    return this.head !== undefined && (this.head.done || this.head.wrong !== PullError.None);
  }
}

function read(text: string): ResponseHead | undefined {
  const reading = new Reading();
  reading.read(text);
  return reading.head;
}

const good = [
  "HTTP/1.1 206 Partial Content",
  "content-LENGTH:  17 ",
  "X-Md5: AB",
  "x-SHA256:CD",
  "x-version: 1.2.0",
  'ETag: "AB"',
  "Content-Range: bytes 0-16/99",
  "Retry-After: 30",
  "Location: /x",
  "Set-Cookie: a=b",
  "Set-Cookie: c=d",
  "",
  "",
].join("\r\n");
const values = ["17", undefined, undefined, "/x", "AB", "CD", "1.2.0", '"AB"', "bytes 0-16/99", "30"];

describe("an answer's head", () => {
  test("is read, names in any case, up to the first byte of the body", () => {
    const reading = new Reading();
    expect(reading.read(`${good}body`)).toBe(good.length);
    expect(reading.head).toMatchObject({ done: true, status: 206, values });
    expect(reading.read("more")).toBe(0);
  });

  test("is the same however it is cut", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sizes) => {
        const reading = new Reading();
        const all = `${good}body`;
        let used = 0;
        for (let at = 0, i = 0; at < all.length && !reading.isOver; i++) {
          const piece = all.slice(at, at + (sizes[i % sizes.length] ?? 1));
          used += reading.read(piece);
          at += piece.length;
        }
        expect(used).toBe(good.length);
        expect(reading.head).toMatchObject({ done: true, status: 206, values });
      }),
    );
  });

  test("may end its lines with a bare line feed, as home-made servers do", () => {
    const head = read("HTTP/1.0 304 Not Modified\nx-version: 1\n\n");
    expect([head?.status, head?.values[ResponseHeader.Version]]).toEqual([304, "1"]);
  });

  test.each([
    ["HTTP/1.1 200\r\n\r\n", 200],
    ["HTTP/1.0 404 \r\n\r\n", 404],
    ["HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", 204],
    ["HTTP/1.1 103 Early Hints\r\nLocation: /a\r\n\r\nHTTP/1.1 200 OK\r\nLocation: /b\r\n\r\n", 200],
  ])("%j says %i", (text, status) => {
    expect(read(text)).toMatchObject({ done: true, status });
  });

  test.each([
    ["no HTTP", "SSH-2.0-OpenSSH\r\n"],
    ["HTTP/2", "HTTP/2 200\r\n"],
    ["no number", "HTTP/1.1 abc\r\n"],
    ["four digits", "HTTP/1.1 2000 OK\r\n"],
    ["too low", "HTTP/1.1 099 x\r\n"],
    ["a line without a colon", "HTTP/1.1 200 OK\r\nno colon\r\n"],
    ["a line without a name", "HTTP/1.1 200 OK\r\n: x\r\n"],
    ["a folded line", "HTTP/1.1 200 OK\r\nx: y\r\n z\r\n"],
    ["two lengths", "HTTP/1.1 200 OK\r\nContent-Length: 1\r\ncontent-length: 1\r\n"],
    ["two hashes", "HTTP/1.1 200 OK\r\nx-MD5: a\r\nX-MD5: b\r\n"],
    ["interim answers for ever", "HTTP/1.1 100 Continue\r\n\r\n".repeat(5)],
  ])("with %s is none", (_what, text) => {
    expect(read(`${text}\r\n`)).toMatchObject({ done: false, wrong: PullError.NoHttpServer });
  });

  test("of 30 kB is not read to its end, in one line or in many", () => {
    for (const filling of ["a".repeat(30_000), "a: b\r\n".repeat(5000)]) {
      const reading = new Reading();
      const text = `HTTP/1.1 200 OK\r\nx: ${filling}\r\n\r\n`;
      let taken = 0;
      while (!reading.isOver && taken < text.length) taken += reading.read(text.slice(taken, taken + 536));
      expect(reading.head?.wrong).toBe(PullError.HeadTooLarge);
      expect(taken).toBeLessThanOrEqual(mostHeadBytes + 536);
    }
  });

  test("has 8192 bytes, and lines of 2048", () => {
    const line = (length: number) => `x: ${"a".repeat(length - 3)}\n`;
    const heads = (...lengths: number[]) => read(`HTTP/1.1 200 OK\n${lengths.map(line).join("")}\n`)?.wrong;
    expect(heads(2048)).toBe(PullError.None);
    expect(heads(2049)).toBe(PullError.HeadTooLarge);
    // With the first line's 16 bytes, a line feed each, and the last one.
    expect(heads(2047, 2047, 2047, 2047 - 17)).toBe(PullError.None);
    expect(heads(2047, 2047, 2047, 2047 - 16)).toBe(PullError.HeadTooLarge);
  });

  test("may come after four interim answers, whose headers are not its own", () => {
    const interim = "HTTP/1.1 103 Early Hints\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n";
    const head = read(`${interim.repeat(4)}HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n`);
    expect(head).toMatchObject({ done: true, status: 200, wrong: PullError.None });
    expect(head?.values[ResponseHeader.Length]).toBe("3");
    expect(read("HTTP/1.1 101 Switching Protocols\r\n\r\n")).toMatchObject({ done: true, status: 101 });
    expect(read("HTTP/1.1 100 x\r\nno colon\r\n")?.wrong).toBe(PullError.NoHttpServer);
  });

  test.each([
    ["HTTP/1.1 100 x", true],
    ["HTTP/1.1 599 x", true],
    ["HTTP/1.1 600 x", false],
    ["HTTP/1.1 99 x", false],
    ["HTTP/1.1  200", false],
    ["HTTP/1.1x200 OK", false],
    ["HTTP/1.1 200x", false],
    ["HTTP/1x1 200 OK", false],
    ["xTTP/1.1 200 OK", false],
  ])("%j begins one: %s", (line, isOne) => {
    expect(read(`${line}\r\n`)?.wrong === PullError.None).toBe(isOne);
  });

  test.each([" x: y", "\tx: y", ": y", "xy"])("has no line like %j", (line) => {
    expect(read(`HTTP/1.1 200 OK\r\n${line}\r\n`)?.wrong).toBe(PullError.NoHttpServer);
  });

  test("never makes the reader throw, nor read beyond what it was given", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary-ascii", maxLength: 300 }), (text) => {
        const reading = new Reading();
        expect(reading.read(`HTTP/1.1 200 OK\r\n${text}`)).toBeLessThanOrEqual(text.length + 17);
      }),
    );
  });
});
