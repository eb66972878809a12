import { md5Hex } from "../md5.js";
import type { Bytes, Crypto, Random } from "../ports.js";
import { sameText } from "../text.js";
import { boundCnonce, markedCnonce } from "./bound.js";
import { type AuthDialect, type AuthResponse, type Invitation, pbkdf2Iterations } from "./wire.js";

/** What a board keeps of its password: hashes, lower-case hex; "" when not known. Both "" means: no password. */
export interface Secrets {
  readonly md5: string;
  readonly sha256: string;
}

/** The two challenges of espota, in the dialect that is chosen for the board. */
export class Authenticator {
  constructor(
    private readonly bytes: Pick<Bytes, "fromText">,
    private readonly crypto: Crypto,
    private readonly random: Random,
    private readonly dialect: AuthDialect,
    private readonly secrets: Secrets,
  ) {}

  isOpen(): boolean {
    return this.secrets.md5.length === 0 && this.secrets.sha256.length === 0;
  }

  /** Random, for one answer: 32 hex digits, or 64 in the PBKDF2 dialect. */
  nonce(): string {
    return this.random.hex(this.dialect === "pbkdf2" ? 32 : 16);
  }

  /** A nonce that need not be remembered: what it was made of makes it again. */
  nonceOf(secret: string, what: string): string {
    const text = `${secret}:${what}`;
    const sha256Hex = this.crypto.sha256Hex;
    if (this.dialect !== "pbkdf2" || sha256Hex === undefined) return md5Hex(this.bytes, this.crypto, text);
    return sha256Hex(this.bytes.fromText(text));
  }

  /**
   * Whether a cnonce shows that its sender received `nonce`, and means this image (bound.ts).
   * @param meant undefined: whether it shows that it is our uploader's
   */
  isBound(nonce: string, cnonce: string, meant: Invitation | undefined): boolean {
    const bytes = this.bytes;
    const crypto = this.crypto;
    const md5 = (text: string): string => md5Hex(bytes, crypto, text);
    if (meant !== undefined) return sameText(boundCnonce(md5, nonce, cnonce, meant), cnonce);
    return sameText(markedCnonce(md5, nonce, cnonce), cnonce.slice(0, nonce.length / 2));
  }

  /** Whether `answer` proves the password for `nonce`. */
  accepts(nonce: string, answer: AuthResponse): boolean {
    if (answer.cnonce.length !== nonce.length) return false;
    const salt = `${nonce}:${answer.cnonce}`;
    if (nonce.length === 32) {
      if (this.secrets.md5.length === 0) return false;
      return sameText(md5Hex(this.bytes, this.crypto, `${this.secrets.md5}:${salt}`), answer.response);
    }
    // The newer client tries the SHA-256 of the password first and its MD5 in a second round.
    if (this.secrets.sha256.length > 0 && this.derived(this.secrets.sha256, salt, answer.response))
      return true;
    return this.secrets.md5.length > 0 && this.derived(this.secrets.md5, salt, answer.response);
  }

  private derived(passwordHash: string, salt: string, response: string): boolean {
    const crypto = this.crypto;
    if (crypto.pbkdf2Hex === undefined || crypto.sha256Hex === undefined) return false;
    const key = crypto.pbkdf2Hex(passwordHash, salt, pbkdf2Iterations);
    return sameText(crypto.sha256Hex(this.bytes.fromText(`${key}:${salt}`)), response);
  }
}
