import { AttemptLimiter, noAttempts } from "../../../src/core/attempts.js";
import { parseAuthResponse, parseInvitation } from "../../../src/core/espota/wire.js";
import { decimal, hexText, isHex, sameText } from "../../../src/core/text.js";
import { olderThan } from "../../../src/core/version.js";
import type { Suite, Value } from "./suite.js";
import { repeated } from "./tools.js";

const md5 = "2c6b96b5e58797d34daa515429a5a245";

function invited(line: string): Value {
  const found = parseInvitation(line);
  if (found === undefined) return undefined;
  return `${found.command} ${found.port} ${found.size} ${found.md5}`;
}

function answered(line: string): Value {
  const found = parseAuthResponse(line);
  return found === undefined ? undefined : `${found.cnonce} ${found.response}`;
}

/** What comes in as text, and how often it may be wrong. */
export function words(suite: Suite): void {
  suite.test("invitations are read as espota.py sends them, and nothing else", () => {
    suite.equal("plain", invited(`0 45002 10000 ${md5}\n`), `0 45002 10000 ${md5}`);
    suite.equal("filesystem", invited(`100 1 7 ${md5.toUpperCase()}\r\n`), `100 1 7 ${md5}`);
    suite.equal("blanks", invited(`  0\t45002  10000 ${md5} more`), `0 45002 10000 ${md5}`);
    suite.equal("empty", invited(""), undefined);
    suite.equal("three words", invited("0 45002 10000"), undefined);
    suite.equal("command", invited(`1 45002 10000 ${md5}`), undefined);
    suite.equal("port 0", invited(`0 0 10000 ${md5}`), undefined);
    suite.equal("port", invited(`0 65536 10000 ${md5}`), undefined);
    suite.equal("negative", invited(`0 45002 -1 ${md5}`), undefined);
    suite.equal("long", invited(`0 45002 12345678901 ${md5}`), undefined);
    suite.equal("no hex", invited(`0 45002 1 ${md5.slice(0, 31)}g`), undefined);
    suite.equal("high bytes", invited(`\u00ff\u0000\u00fe ${md5}`), undefined);
  });

  suite.test("answers to AUTH have 32 or 64 digits twice", () => {
    suite.equal("MD5", answered(`200 ${md5} ${md5.toUpperCase()}\n`), `${md5} ${md5}`);
    const long = md5 + md5;
    suite.equal("PBKDF2", answered(`200 ${long} ${long}`), `${long} ${long}`);
    suite.equal("mixed", answered(`200 ${long} ${md5}`), undefined);
    suite.equal("command", answered(`20 ${md5} ${md5}`), undefined);
    suite.equal("short", answered(`200 ${md5}`), undefined);
  });

  suite.test("numbers and digits", () => {
    suite.equal("0", decimal("0"), 0);
    suite.equal("ten digits", decimal("4294967295"), 4294967295);
    suite.equal("none", decimal(""), -1);
    suite.equal("hex", decimal("1f"), -1);
    suite.equal("hex text", hexText(0xdeadbeef, 8), "deadbeef");
    suite.equal("padded", hexText(10, 4), "000a");
    suite.equal("is hex", isHex("09afAF", 6), true);
    suite.equal("is none", isHex("09afAG", 6), false);
  });

  suite.test("secrets are compared whole", () => {
    suite.equal("same", sameText("abc", "abc"), true);
    suite.equal("last", sameText("abc", "abd"), false);
    suite.equal("prefix", sameText("abc", "abcd"), false);
    suite.equal("empty", sameText("", "a"), false);
  });

  suite.test("versions are compared by SemVer", () => {
    suite.equal("9 and 10", olderThan("1.9.0", "1.10.0"), true);
    suite.equal("same", olderThan("1.2.3", "1.2.3"), false);
    suite.equal("newer", olderThan("2.0.0", "1.99.99"), false);
    suite.equal("any", olderThan("1.0.0", ""), false);
  });

  suite.test("guessing gets slower, and who has not guessed is not held up", () => {
    const limiter = new AttemptLimiter(noAttempts());
    for (let i = 0; i < 3; i++) {
      suite.equal(`free ${i}`, limiter.waitMs(1000, "10.0.0.66"), 0);
      limiter.failed(1000, "10.0.0.66");
    }
    suite.equal("after three", limiter.waitMs(1000, "10.0.0.66"), 2000);
    limiter.failed(3000, "10.0.0.66");
    suite.equal("after four", limiter.waitMs(3000, "10.0.0.66"), 4000);
    for (let i = 0; i < 40; i++) limiter.failed(4000, `10.0.1.${i % 9}`);
    suite.equal("guesser", limiter.waitMs(4000, "10.0.1.0") > 60000, true);
    suite.equal("who has not guessed", limiter.waitMs(4000, "10.0.0.2"), 0);
    suite.equal("later", limiter.waitMs(700000, "10.0.0.66"), 0);
  });

  suite.test("nothing in a datagram harms", () => {
    for (let code = 0; code < 256; code += 17) {
      const text = repeated(String.fromCharCode(code), 20);
      suite.equal(`invitation of ${code}`, invited(text), undefined);
      suite.equal(`answer of ${code}`, answered(text), undefined);
    }
  });
}
