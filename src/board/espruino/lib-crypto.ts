import { createHash, pbkdf2Sync } from "node:crypto";
import type { Device } from "./device.js";
import type { Machine } from "./machine.js";
import { toBytes } from "./values.js";

/** require("crypto") (libs/crypto/jswrap_crypto.c): one-shot hashes and PBKDF2, as many as the board's build has. */
export function cryptoLibrary(machine: Machine, device: Device): unknown {
  const { realm } = machine;
  const { hashes } = device.espruino;
  const members: Record<string, unknown> = {};
  for (const hash of hashes)
    members[hash.toUpperCase()] = machine.api((data: unknown) =>
      realm.buffer(createHash(hash).update(toBytes(data)).digest()),
    );
  if (hashes.includes("sha256"))
    members["PBKDF2"] = machine.api((passphrase: unknown, salt: unknown, options: unknown) => {
      const given = (options ?? {}) as { keySize?: number; iterations?: number; hasher?: string };
      const hash = (given.hasher ?? "SHA1").toLowerCase();
      if (!hashes.some((known) => known === hash))
        throw realm.error("Error", `Unknown Hasher "${given.hasher}"`);
      const words = given.keySize && given.keySize > 0 ? given.keySize : 4;
      const iterations = Math.max(given.iterations ?? 1, 1);
      return realm.buffer(pbkdf2Sync(toBytes(passphrase), toBytes(salt), iterations, words * 4, hash));
    });
  if (hashes.includes("sha256")) members["AES"] = (realm.global as Record<string, unknown>)["AES"];
  return realm.object(members);
}
