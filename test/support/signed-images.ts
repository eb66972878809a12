import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  type KeyPair,
  newKeyPair,
  type ReleaseTerms,
  sha256,
  signRelease,
  trailerHead,
} from "../../src/host/keys/sign-release.js";
import { packageRoot } from "../../src/node/package-root.js";

/**
 * A signature takes two seconds, so those of images that stay the same are kept. A test with another image signs anew;
 * `SIGN=1 npx vitest run FILE` writes what it has signed into the file.
 */
const file = join(packageRoot(), "test/vectors/signatures.json");

interface Kept {
  /** Secret keys of nobody's boards, hex; the second half is the public key. */
  readonly keys: Record<string, string>;
  /** Base64, by the SHA-256 of what was signed. */
  readonly signatures: Record<string, string>;
}

const kept = JSON.parse(readFileSync(file, "utf8")) as Kept;

export function testKey(name: string): KeyPair {
  const known = kept.keys[name];
  if (known === undefined) {
    const made = newKeyPair();
    keep(() => {
      kept.keys[name] = Buffer.from(made.secretKey).toString("hex");
    });
    return made;
  }
  const secretKey = new Uint8Array(Buffer.from(known, "hex"));
  return { secretKey, publicKey: secretKey.slice(32) };
}

/** signRelease, at once where the same was signed before. What verifies it cannot tell the difference. */
export function signedOnce(image: Uint8Array, keys: KeyPair, terms: ReleaseTerms): Uint8Array {
  const head = trailerHead(image, keys.publicKey, terms);
  const name = sha256(Buffer.concat([head, keys.publicKey])).toString("hex");
  const known = kept.signatures[name];
  if (known !== undefined) return new Uint8Array(Buffer.concat([image, head, Buffer.from(known, "base64")]));
  const signed = signRelease(image, keys, terms);
  keep(() => {
    kept.signatures[name] = Buffer.from(signed.subarray(image.length + head.length)).toString("base64");
  });
  return signed;
}

function keep(add: () => void): void {
  if (process.env["SIGN"] === undefined) return;
  add();
  writeFileSync(file, `${JSON.stringify(kept, undefined, 2)}\n`);
}
