import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import {
  authText,
  dialectOf,
  invitationText,
  parseAuthResponse,
  parseInvitation,
  parseReply,
  splitWords,
} from "../../../src/core/espota/wire.js";
import { decimal } from "../../../src/core/text.js";

const md5 = "2c6b96b5e58797d34daa515429a5a245";
const line = `0 45002 10000 ${md5}\n`;
const parsed = { command: 0, port: 45002, size: 10000, md5, needsGap: true, bound: false };

const blank = fc.stringMatching(/^[ \t]{1,4}$/);
const end = fc.constantFrom("", "\n", "\r\n", " \n", "\n\n");
const hex = (length: number) =>
  fc
    .array(fc.constantFrom(..."0123456789abcdefABCDEF"), { minLength: length, maxLength: length })
    .map((d) => d.join(""));

describe("parseInvitation", () => {
  it("reads what espota.py sends", () => {
    expect(parseInvitation(line)).toEqual(parsed);
    expect(parseInvitation(`100 45010 64 ${md5}\n`)).toEqual({
      ...parsed,
      command: 100,
      port: 45010,
      size: 64,
    });
  });

  it.each([
    ["several blanks", `0  45002   10000    ${md5}\n`],
    ["no line end", `0 45002 10000 ${md5}`],
    ["\\r\\n", `0 45002 10000 ${md5}\r\n`],
    ["upper-case MD5", `0 45002 10000 ${md5.toUpperCase()}\n`],
    ["leading blanks", `  0 45002 10000 ${md5}\n`],
    ["leading zeros", `00 045002 0010000 ${md5}\n`],
  ])("is as lenient as the original: %s", (_name, text) => {
    expect(parseInvitation(text)).toEqual(parsed);
  });

  it("reads what Sluice's uploader adds, and passes over what it does not know", () => {
    expect(parseInvitation(`${line}gap=0\n`)).toEqual({ ...parsed, needsGap: false });
    expect(parseInvitation(`${line}colour=red gap=0 \n`)).toEqual({ ...parsed, needsGap: false });
    expect(parseInvitation(`${line}gap=01\nnew words`)).toEqual(parsed);
    expect(parseInvitation(`${line}bound=1\n`)).toEqual({ ...parsed, bound: true });
  });

  it("passes size 0 on, to be refused in the original's words", () => {
    expect(parseInvitation(`0 45002 0 ${md5}\n`)).toEqual({ ...parsed, size: 0 });
  });

  it.each([
    ["nothing", ""],
    ["blanks", "  \r\n"],
    ["an unknown command", `1 45002 10000 ${md5}\n`],
    ["a word for a command", `flash 45002 10000 ${md5}\n`],
    ["a negative size", `0 45002 -1 ${md5}\n`],
    ["a size beyond ten digits", `0 45002 10000000000 ${md5}\n`],
    ["port 0", `0 0 10000 ${md5}\n`],
    ["port 65536", `0 65536 10000 ${md5}\n`],
    ["an MD5 of 31 digits", `0 45002 10000 ${md5.slice(1)}\n`],
    ["an MD5 of 33 digits", `0 45002 10000 ${md5}0\n`],
    ["an MD5 with another letter", `0 45002 10000 ${md5.slice(1)}g\n`],
    ["no MD5", "0 45002 10000\n"],
  ])("ignores %s", (_name, text) => {
    expect(parseInvitation(text)).toBeUndefined();
  });

  it("reads any invitation, whatever its blanks", () => {
    const command = fc.constantFrom(0, 100);
    const port = fc.integer({ min: 1, max: 65535 });
    const size = fc.nat(0xffffffff);
    fc.assert(
      fc.property(command, port, size, hex(32), blank, end, (c, p, s, digest, gap, eol) => {
        expect(parseInvitation(`${c}${gap}${p}${gap}${s}${gap}${digest}${eol}`)).toEqual({
          ...{ command: c, port: p, size: s, md5: digest.toLowerCase(), needsGap: true, bound: false },
        });
      }),
    );
  });
});

describe("parseAuthResponse", () => {
  it.each([32, 64])("reads an answer of %i digits and leaves the cnonce as it was sent", (length) => {
    fc.assert(
      fc.property(hex(length), hex(length), blank, end, (cnonce, response, gap, eol) => {
        expect(parseAuthResponse(`200${gap}${cnonce}${gap}${response}${eol}`)).toEqual({
          ...{ cnonce, response: response.toLowerCase(), meant: undefined },
        });
      }),
      { numRuns: 50 },
    );
  });

  it.each([
    ["a short cnonce", 31, 32],
    ["a long cnonce", 33, 32],
    ["a short response", 32, 31],
    ["halves of the two dialects", 64, 32],
    ["the other halves", 32, 64],
    ["neither length", 40, 40],
  ])("ignores %s", (_name, cnonce, response) => {
    expect(parseAuthResponse(`200 ${"a".repeat(cnonce)} ${"b".repeat(response)}\n`)).toBeUndefined();
  });

  it("ignores another command and anything that is not hex", () => {
    expect(parseAuthResponse(`201 ${"a".repeat(32)} ${"b".repeat(32)}`)).toBeUndefined();
    expect(parseAuthResponse(`200 ${"g".repeat(32)} ${"b".repeat(32)}`)).toBeUndefined();
    expect(parseAuthResponse(`200 ${"a".repeat(32)}`)).toBeUndefined();
  });
});

describe("garbage", () => {
  const nearly = fc
    .tuple(
      fc.constantFrom(line, `200 ${"a".repeat(32)} ${"b".repeat(32)}\n`),
      fc.nat(80),
      fc.string({ maxLength: 4 }),
    )
    .map(([text, at, noise]) => text.slice(0, at) + noise + text.slice(at + noise.length));
  const binary = fc.uint8Array({ maxLength: 600 }).map((data) => Buffer.from(data).toString("latin1"));

  it("never makes the parsers throw, and what they accept keeps their promises", () => {
    fc.assert(
      fc.property(fc.oneof(nearly, binary, fc.string({ unit: "grapheme" })), (text) => {
        const invitation = parseInvitation(text);
        if (invitation !== undefined) {
          expect([0, 100]).toContain(invitation.command);
          expect(invitation.port).toBeGreaterThan(0);
          expect(invitation.port).toBeLessThan(65536);
          expect(invitation.size).toBeGreaterThanOrEqual(0);
          expect(invitation.md5).toMatch(/^[0-9a-f]{32}$/);
        }
        const answer = parseAuthResponse(text);
        if (answer !== undefined) {
          expect(answer.response).toMatch(/^([0-9a-f]{32}|[0-9a-f]{64})$/);
          expect(answer.cnonce.length).toBe(answer.response.length);
          expect(invitation).toBeUndefined();
        }
      }),
      { numRuns: 2000 },
    );
  });
});

test("an invitation is what espota.py sends, and a line that other boards do not read", () => {
  const invitation = { command: 100, port: 45023, size: 10_000, md5, needsGap: false, bound: true };
  expect(invitationText(invitation)).toBe(`100 45023 10000 ${md5}\ngap=0 bound=1\n`);
  for (const needsGap of [true, false])
    for (const bound of [true, false]) {
      const one = { ...invitation, needsGap, bound };
      expect(parseInvitation(invitationText(one))).toEqual(one);
    }
  expect(invitationText({ ...invitation, needsGap: true, bound: false })).toBe(`100 45023 10000 ${md5}\n`);
});

test("what proves the password is read as it was written", () => {
  const answer = { cnonce: "a".repeat(64), response: "b".repeat(64) };
  expect(parseAuthResponse(authText(answer))).toEqual({ ...answer, meant: undefined });
  const meant = { command: 0, port: 65535, size: 4_294_967_295, md5, needsGap: false, bound: true };
  expect(parseAuthResponse(authText({ ...answer, meant }))).toEqual({ ...answer, meant });
  // Longer datagrams are not read (device/resident/listen.ts).
  expect(authText({ ...answer, meant }).length).toBeLessThan(250);
  // Of another uploader, whatever it adds.
  expect(parseAuthResponse(`${authText(answer)}0 1 2 ${md5}\n`)).toEqual({ ...answer, meant: undefined });
});

describe("a board's datagram", () => {
  const nonce = "25d55ad283aa400af464c76d713c07ad";
  test.each([
    ["OK", { kind: "ok" }],
    [`AUTH ${nonce}`, { kind: "challenge", nonce, bound: false }],
    [`AUTH ${nonce}${nonce}\n`, { kind: "challenge", nonce: nonce + nonce, bound: false }],
    [`AUTH ${nonce} bound`, { kind: "challenge", nonce, bound: true }],
    [`AUTH ${nonce} bound 1`, { kind: "unknown" }],
    ["Authentication Failed", { kind: "auth-failed" }],
    ["ERR: ERROR[4]: Not Enough Space\n", { kind: "refused" }],
    ["AUTH 25d55ad283aa400af464c76d713c07", { kind: "unknown" }],
    ["AUTH", { kind: "unknown" }],
    ["OKAY", { kind: "unknown" }],
    ["", { kind: "unknown" }],
  ])("%j", (text, reply) => {
    expect(parseReply(text)).toEqual(reply);
  });

  test.each(["", "12", "g".repeat(32), "a".repeat(33), "a".repeat(63)])("%j is no nonce", (text) => {
    expect(dialectOf(text)).toBeUndefined();
  });
});

describe("words and decimal", () => {
  it("splits as trimming and splitting at blanks would", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "0", " ", "\t", "\r", "\n") });
    fc.assert(
      fc.property(text, (s) => {
        expect(splitWords(s)).toEqual(s.split(/[ \t\r\n]+/).filter((w) => w !== ""));
      }),
    );
  });

  it("reads one to ten digits and nothing else", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 9_999_999_999 }), (n) => decimal(`${n}`) === n));
    for (const word of ["", "-1", "+1", "1.5", "0x10", "1e3", "12345678901", "٣"])
      expect(decimal(word), word).toBe(-1);
  });
});
