import { createHash, pbkdf2Sync } from "node:crypto";

/** `md5`: every ArduinoOTA; `pbkdf2`: arduino-esp32 from 3.3.1 on. The length of the nonce tells them apart. */
export type AuthDialect = "md5" | "pbkdf2";

/** How the board keeps its password; `md5` also in the PBKDF2 dialect when it was set with `setPasswordHash`. */
export type PasswordHash = "md5" | "sha256";

/** arduino-esp32's count. */
const ITERATIONS = 10_000;

export function dialectOf(nonce: string): AuthDialect | undefined {
  if (!/^[0-9a-f]+$/i.test(nonce)) return undefined;
  return nonce.length === 32 ? "md5" : nonce.length === 64 ? "pbkdf2" : undefined;
}

/** Bytes of a cnonce: the board wants as many hex digits as its own nonce has. */
export function cnonceBytes(dialect: AuthDialect): number {
  return dialect === "md5" ? 16 : 32;
}

/**
 * What proves the password: hex, 32 digits in the MD5 dialect and 64 in the other. `nonce` and `cnonce` are hex texts
 * and hashed as such. In the MD5 dialect `kept` does not matter: the board has an MD5 of the password there.
 */
export function authResponse(nonce: string, cnonce: string, password: string, kept: PasswordHash): string {
  if (dialectOf(nonce) !== "pbkdf2") return hex("md5", `${hex("md5", password)}:${nonce}:${cnonce}`);
  const secret = hex(kept, password);
  const derived = pbkdf2Sync(secret, `${nonce}:${cnonce}`, ITERATIONS, 32, "sha256").toString("hex");
  return hex("sha256", `${derived}:${nonce}:${cnonce}`);
}

function hex(algorithm: PasswordHash, text: string): string {
  return createHash(algorithm).update(text, "utf8").digest("hex");
}
