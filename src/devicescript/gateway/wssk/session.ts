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

const magic = 0xcee428ca;
const version = 2;

/** The result of a message. After `wrong-key` and `broken` the connection has to end. */
export type Received =
  /** The board knows the key; `reply` proves to it that the gateway does. */
  | { readonly kind: "opened"; readonly key: Uint8Array; readonly reply: Uint8Array }
  | { readonly kind: "message"; readonly plain: Uint8Array }
  | { readonly kind: "wrong-key" }
  | { readonly kind: "broken"; readonly text: string };

/** The board's random number from `Sec-WebSocket-Protocol: devs-key-<32 hex digits>`; undefined when it is none. */
export function boardRandomOf(protocol: string): Uint8Array | undefined {
  const found = /^devs-key-([0-9a-f]{32})$/i.exec(protocol.trim());
  return found ? Buffer.from(found[1], "hex") : undefined;
}

/**
 * The gateway's side of one WSSK connection, bytes in and bytes out. The board has to prove its key first: a stranger gets
 * nothing that a password could be guessed against.
 */
export class WsskSession {
  private fromBoard: Direction | undefined;
  private toBoard: Direction | undefined;

  /**
   * Both random numbers have `randomLength` bytes.
   * @param keys those that the board may have: its key, and while that is being changed the next one
   */
  constructor(
    private readonly boardRandom: Uint8Array,
    private readonly gatewayRandom: Uint8Array,
    private keys: readonly Uint8Array[],
  ) {}

  /** The first message, plain. */
  hello(): Uint8Array {
    const head = Buffer.alloc(8);
    head.writeUInt32LE(magic, 0);
    head.writeUInt32LE(version, 4);
    return Buffer.concat([head, this.gatewayRandom]);
  }

  receive(sealed: Uint8Array): Received {
    if (this.fromBoard === undefined) return this.proof(sealed);
    const plain = this.fromBoard.open(sealed);
    if (plain === undefined) return { kind: "broken", text: "a message that does not decrypt" };
    return { kind: "message", plain };
  }

  /** @throws Error before the board has proved its key */
  seal(plain: Uint8Array): Uint8Array {
    if (this.toBoard === undefined) throw new Error("the session is not open");
    return this.toBoard.seal(plain);
  }

  private proof(sealed: Uint8Array): Received {
    for (const key of this.keys) {
      const shared = sessionKey(key, this.boardRandom, this.gatewayRandom);
      const fromBoard = new Direction(shared, Side.Board);
      const plain = fromBoard.open(sealed);
      if (plain === undefined) continue;
      if (plain.length < keyLength || plain.some((byte) => byte !== 0))
        return { kind: "broken", text: "a proof that is not zeros" };
      this.fromBoard = fromBoard;
      this.toBoard = new Direction(shared, Side.Gateway);
      this.keys = [];
      return { kind: "opened", key, reply: this.toBoard.seal(new Uint8Array(keyLength)) };
    }
    return { kind: "wrong-key" };
  }
}
