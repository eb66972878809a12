import { readFileSync } from "node:fs";

interface Golden {
  readonly espotaAuthMd5: {
    readonly password: string;
    readonly nonce: string;
    readonly cnonceText: string;
    readonly cnonce: string;
    readonly response: string;
  };
  readonly espotaAuthPbkdf2Sha256: {
    readonly password: string;
    readonly nonce: string;
    readonly cnonce: string;
    readonly iterations: number;
    readonly responseSha256Password: string;
    readonly responseMd5Password: string;
  };
  readonly md5: Readonly<Record<string, string>>;
}

/** test/vectors/golden.json: values from an independent implementation. */
export const golden: Golden = JSON.parse(
  readFileSync(new URL("../vectors/golden.json", import.meta.url), "utf8"),
);
