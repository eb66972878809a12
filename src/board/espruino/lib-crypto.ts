import { createHash, pbkdf2Sync } from "node:crypto";
import type { Host } from "./device.js";
import { toBytes } from "./values.js";

/** require("crypto") (libs/crypto/jswrap_crypto.c): one-shot hashes and PBKDF2, as many as the board's build has. */
export function cryptoLibrary({ machine, realm, device }: Host): object {
  const { hashes } = device.espruino;
  const oneShots = hashes.map((hash) => [
    hash.toUpperCase(),
    (data: unknown) => realm.buffer(createHash(hash).update(toBytes(data)).digest()),
  ]);
  const library = machine.object(Object.fromEntries(oneShots));
  if (!hashes.includes("sha256")) return library;
  const derive = (passphrase: unknown, salt: unknown, options: unknown): unknown => {
    const given = (options ?? {}) as { keySize?: number; iterations?: number; hasher?: string };
    const hash = (given.hasher ?? "SHA1").toLowerCase();
    if (!hashes.some((known) => known === hash))
      throw realm.error("Error", `Unknown Hasher "${given.hasher}"`);
    const words = given.keySize && given.keySize > 0 ? given.keySize : 4;
    const iterations = Math.max(given.iterations ?? 1, 1);
    return realm.buffer(pbkdf2Sync(toBytes(passphrase), toBytes(salt), iterations, words * 4, hash));
  };
  const { AES } = realm.global as { AES: unknown };
  return Object.assign(library, { PBKDF2: machine.api(derive), AES });
}
