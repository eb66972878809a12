import { createCipheriv, createDecipheriv, hkdfSync } from "node:crypto";

/** DeviceScript runtime/devicescript/network/wssk.c: AES-256-CCM, tags of 4 bytes, nonces of 13 that count up. */
const tagLength = 4;
const nonceLength = 13;
export const keyLength = 32;
export const randomLength = 16;

/** Who a nonce belongs to: its first byte. */
export const enum Side {
  Board = 1,
  Gateway = 2,
}

/** The key of one connection, from the board's long-lived key and a random number of either side. */
export function sessionKey(key: Uint8Array, boardRandom: Uint8Array, gatewayRandom: Uint8Array): Uint8Array {
  const info = Buffer.concat([boardRandom, gatewayRandom]);
  return new Uint8Array(hkdfSync("sha256", key, Buffer.alloc(0), info, keyLength));
}

/** One direction of a connection: message after message, none twice, none left out. */
export class Direction {
  private readonly nonce = Buffer.alloc(nonceLength);

  constructor(
    private readonly key: Uint8Array,
    side: Side,
  ) {
    this.nonce[0] = side;
  }

  seal(plain: Uint8Array): Uint8Array {
    const cipher = createCipheriv("aes-256-ccm", this.key, this.nonce, { authTagLength: tagLength });
    const sealed = Buffer.concat([cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
    this.count();
    return sealed;
  }

  /** @returns the plain message, or undefined when it was made with another key, changed, repeated or left out */
  open(sealed: Uint8Array): Uint8Array | undefined {
    const length = sealed.length - tagLength;
    if (length < 1) return undefined;
    const decipher = createDecipheriv("aes-256-ccm", this.key, this.nonce, { authTagLength: tagLength });
    decipher.setAuthTag(sealed.subarray(length));
    try {
      const plain = Buffer.concat([decipher.update(sealed.subarray(0, length)), decipher.final()]);
      this.count();
      return plain;
    } catch {
      return undefined;
    }
  }

  private count(): void {
    for (let i = nonceLength - 1; i >= 0; i--) {
      this.nonce[i] = (this.nonce[i] + 1) & 255;
      if (this.nonce[i] !== 0) return;
    }
  }
}
