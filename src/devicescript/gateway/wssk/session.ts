import { Direction, keyLength, randomLength, Side, sessionKey } from "./cipher.js";

const magic = 0xcee428ca;
const version = 2;

/** What came of a message. After `wrong-key` and `broken` the connection has to end. */
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
 * The gateway's side of one WSSK connection, bytes in and bytes out. The board has to prove its key first: whoever only
 * claims to be a board gets nothing that a password could be guessed against.
 */
export class WsskSession {
  private keys: readonly Uint8Array[];
  private fromBoard: Direction | undefined;
  private toBoard: Direction | undefined;

  /** @param keys those that the board may have: its key, and while that is being changed the next one */
  constructor(
    private readonly boardRandom: Uint8Array,
    private readonly gatewayRandom: Uint8Array,
    keys: readonly Uint8Array[],
  ) {
    if (gatewayRandom.length !== randomLength || boardRandom.length !== randomLength)
      throw new RangeError("random numbers have 16 bytes");
    this.keys = keys;
  }

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
