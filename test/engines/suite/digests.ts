import { Authenticator, type Secrets } from "../../../src/core/espota/auth.js";
import { Md5 } from "../../../src/core/md5.js";
import type { Random } from "../../../src/core/ports.js";
import { hexText } from "../../../src/core/text.js";
import type { Suite } from "./suite.js";
import { filler, repeated, unhex } from "./tools.js";

const noRandom: Random = { hex: () => "" };

function md5(suite: Suite, text: string): string {
  const digest = new Md5(suite.bytes);
  digest.update(suite.bytes.fromText(text));
  return digest.hex();
}

function secrets(md5Hex: string, sha256: string): Secrets {
  return { md5: md5Hex, sha256: sha256 };
}

function cut(suite: Suite, length: number): void {
  suite.test(`MD5 is the same in pieces of ${length}`, () => {
    const text = filler(150, 7);
    const digest = new Md5(suite.bytes);
    for (let from = 0; from < text.length; from += length)
      digest.update(suite.bytes.fromText(text.slice(from, from + length)));
    suite.equal("hash", digest.hex(), md5(suite, text));
  });
}

/** Hashes and what is proved with them. Values: RFC 1321 §A.5, test/vectors/golden.json. */
export function digests(suite: Suite): void {
  suite.test("MD5 of RFC 1321's own texts", () => {
    suite.equal("empty", md5(suite, ""), "d41d8cd98f00b204e9800998ecf8427e");
    suite.equal("a", md5(suite, "a"), "0cc175b9c0f1b6a831c399e269772661");
    suite.equal("abc", md5(suite, "abc"), "900150983cd24fb0d6963f7d28e17f72");
    suite.equal("message digest", md5(suite, "message digest"), "f96b697d7cb7938d525a2f31aaf161d0");
    const small = "abcdefghijklmnopqrstuvwxyz";
    suite.equal("a to z", md5(suite, small), "c3fcd3d76192e4007dfb496cca67e13b");
    const all = `ABCDEFGHIJKLMNOPQRSTUVWXYZ${small}0123456789`;
    suite.equal("letters and digits", md5(suite, all), "d174ab98d277d9f5a5611c2c9f419d9f");
    suite.equal("digits", md5(suite, repeated("1234567890", 8)), "57edf4a22be3c955ac49da2e2107b67a");
  });

  suite.test("MD5 of bytes with the highest bit set", () => {
    suite.equal("FF", md5(suite, repeated("\u00ff", 64)), "aabd2b2a451504e119a243d8e775fdad");
    let every = "";
    for (let i = 0; i < 256; i++) every += String.fromCharCode(i);
    suite.equal("00 to FF", md5(suite, every), "e2c865db4162bed963bfaa9ef6ac18f0");
  });

  cut(suite, 1);
  cut(suite, 55);
  cut(suite, 63);
  cut(suite, 64);
  cut(suite, 65);

  suite.test("CRC-32 and, where the engine has it, SHA-256", () => {
    const abc = suite.bytes.fromText("123456789");
    suite.equal("CRC-32", hexText(suite.crypto.crc32(abc), 8), "cbf43926");
    const high = suite.bytes.fromText(unhex("fffefdfc"));
    suite.equal("CRC-32 of high bytes", hexText(suite.crypto.crc32(high), 8), "5502a6f0");
    if (suite.crypto.sha256Hex === undefined) return;
    const sha = suite.crypto.sha256Hex(suite.bytes.fromText("abc"));
    suite.equal("SHA-256", sha, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  });

  suite.test("a password is proved by Digest-MD5", () => {
    const known = secrets(md5(suite, "admin"), "");
    const auth = new Authenticator(suite.bytes, suite.crypto, noRandom, "md5", known);
    const nonce = "25d55ad283aa400af464c76d713c07ad";
    const cnonce = "9df46d83d050a6aae5f77607d58bab9a";
    const response = "f2e7ad28be38320db7dfc60c34a5331c";
    suite.equal("right", auth.accepts(nonce, { cnonce: cnonce, response: response }), true);
    suite.equal("swapped", auth.accepts(cnonce, { cnonce: nonce, response: response }), false);
    suite.equal("empty", auth.accepts(nonce, { cnonce: cnonce, response: "" }), false);
  });

  suite.test("who knows no password proves nothing", () => {
    const auth = new Authenticator(suite.bytes, suite.crypto, noRandom, "md5", secrets("", ""));
    suite.equal("open", auth.isOpen(), true);
    const zeros = repeated("0", 32);
    suite.equal(
      "answer",
      auth.accepts(zeros, { cnonce: zeros, response: md5(suite, `:${zeros}:${zeros}`) }),
      false,
    );
  });
}
