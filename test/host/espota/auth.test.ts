import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { authResponse, dialectOf } from "../../../src/host/espota/auth.js";

const golden = JSON.parse(readFileSync(new URL("../../vectors/golden.json", import.meta.url), "utf8"));

describe("proving the password", () => {
  test("MD5 dialect", () => {
    const { nonce, cnonce, password, response } = golden.espotaAuthMd5;
    expect(dialectOf(nonce)).toBe("md5");
    expect(authResponse(nonce, cnonce, password, "sha256")).toBe(response);
  });

  test("PBKDF2 dialect, for both ways a board keeps its password", () => {
    const { nonce, cnonce, password, responseSha256Password, responseMd5Password } =
      golden.espotaAuthPbkdf2Sha256;
    expect(dialectOf(nonce)).toBe("pbkdf2");
    expect(authResponse(nonce, cnonce, password, "sha256")).toBe(responseSha256Password);
    expect(authResponse(nonce, cnonce, password, "md5")).toBe(responseMd5Password);
  });

  test.each(["", "12", "g".repeat(32), "a".repeat(33), "a".repeat(63)])("%j is no nonce", (nonce) => {
    expect(dialectOf(nonce)).toBeUndefined();
  });
});
