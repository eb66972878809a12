import { describe, expect, it } from "vitest";
import { Authenticator, type Secrets } from "../../../src/core/espota/auth.js";
import type { AuthDialect } from "../../../src/core/espota/wire.js";
import type { Crypto } from "../../../src/core/ports.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { nodeCrypto } from "../../../src/node/crypto.js";
import { md5Of } from "../../support/core-bundle.js";
import golden from "../../vectors/golden.json" with { type: "json" };

const sha256 = (text: string) => nodeCrypto.sha256Hex?.(nodeBytes.fromText(text)) ?? "";
const admin: Secrets = { md5: md5Of("admin"), sha256: sha256("admin") };
const none: Secrets = { md5: "", sha256: "" };
const old = golden.espotaAuthMd5;
const newer = golden.espotaAuthPbkdf2Sha256;

function authenticator(dialect: AuthDialect, secrets: Secrets, crypto: Crypto = nodeCrypto): Authenticator {
  let serial = 0;
  const random = { hex: (count: number) => `${serial++}`.padStart(2 * count, "0") };
  return new Authenticator(nodeBytes, crypto, random, dialect, secrets);
}

describe("the MD5 dialect", () => {
  const auth = authenticator("md5", admin);

  it("accepts the golden answer and no other", () => {
    expect(auth.accepts(old.nonce, { cnonce: old.cnonce, response: old.response })).toBe(true);
    for (let i = 0; i < 32; i++) {
      const digit = old.response.charAt(i) === "0" ? "1" : "0";
      const response = old.response.slice(0, i) + digit + old.response.slice(i + 1);
      expect(auth.accepts(old.nonce, { cnonce: old.cnonce, response }), `digit ${i}`).toBe(false);
    }
  });

  it("refuses a replayed answer: the nonce is another", () => {
    expect(auth.accepts(md5Of("12345679"), { cnonce: old.cnonce, response: old.response })).toBe(false);
  });

  it("takes the cnonce as it was sent: its case is part of what was hashed", () => {
    const cnonce = old.cnonce.toUpperCase();
    expect(auth.accepts(old.nonce, { cnonce, response: old.response })).toBe(false);
    const response = md5Of(`${admin.md5}:${old.nonce}:${cnonce}`);
    expect(auth.accepts(old.nonce, { cnonce, response })).toBe(true);
  });

  it("refuses an answer of the other dialect's length", () => {
    const answer = { cnonce: newer.cnonce, response: newer.responseSha256Password };
    expect(auth.accepts(old.nonce, answer)).toBe(false);
  });

  it("refuses a cnonce that is not as long as the nonce, even with the response that fits it", () => {
    for (const cnonce of [old.cnonce.slice(1), newer.cnonce, ""]) {
      const response = md5Of(`${admin.md5}:${old.nonce}:${cnonce}`);
      expect(auth.accepts(old.nonce, { cnonce, response })).toBe(false);
    }
  });

  it("refuses everything when only the SHA-256 of the password is known", () => {
    const blind = authenticator("md5", { md5: "", sha256: admin.sha256 });
    const response = md5Of(`:${old.nonce}:${old.cnonce}`);
    expect(blind.isOpen()).toBe(false);
    expect(blind.accepts(old.nonce, { cnonce: old.cnonce, response })).toBe(false);
  });

  it("asks with 32 digits, others each time", () => {
    expect(auth.nonce()).toHaveLength(32);
    expect(auth.nonce()).not.toBe(auth.nonce());
  });
});

describe("the PBKDF2 dialect", () => {
  const answer = { cnonce: newer.cnonce, response: newer.responseSha256Password };
  const second = { cnonce: newer.cnonce, response: newer.responseMd5Password };

  it("accepts both golden answers where both hashes are known", () => {
    const auth = authenticator("pbkdf2", admin);
    expect(auth.nonce()).toHaveLength(64);
    expect(auth.accepts(newer.nonce, answer)).toBe(true);
    expect(auth.accepts(newer.nonce, second)).toBe(true);
    expect(auth.accepts(newer.nonce.replace("e", "f"), answer)).toBe(false);
  });

  it("accepts only the round whose hash it knows", () => {
    const sha = authenticator("pbkdf2", { md5: "", sha256: admin.sha256 });
    expect([sha.accepts(newer.nonce, answer), sha.accepts(newer.nonce, second)]).toEqual([true, false]);
    const md5 = authenticator("pbkdf2", { md5: admin.md5, sha256: "" });
    expect([md5.accepts(newer.nonce, answer), md5.accepts(newer.nonce, second)]).toEqual([false, true]);
  });

  it("refuses an answer in the MD5 dialect, which would be the weaker proof", () => {
    const auth = authenticator("pbkdf2", admin);
    expect(auth.accepts(newer.nonce, { cnonce: old.cnonce, response: old.response })).toBe(false);
  });

  it("refuses all where the runtime has no SHA-256", () => {
    const poor: Crypto = { md5: nodeCrypto.md5, crc32: nodeCrypto.crc32 };
    expect(authenticator("pbkdf2", admin, poor).accepts(newer.nonce, answer)).toBe(false);
  });
});

describe("isOpen", () => {
  it("is true only without any secret", () => {
    expect(authenticator("md5", none).isOpen()).toBe(true);
    expect(authenticator("md5", admin).isOpen()).toBe(false);
    expect(authenticator("md5", { md5: "", sha256: "ab" }).isOpen()).toBe(false);
  });
});
