import { createCipheriv, hkdfSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  boardRandomOf,
  Direction,
  Side,
  sessionKey,
  WsskSession,
} from "../../../src/devicescript/gateway/wssk/session.js";

const boardRandom = new Uint8Array(16).fill(1);
const gatewayRandom = new Uint8Array(16).fill(2);
const key = new Uint8Array(32).fill(3);
const proof = new Uint8Array(32);

function opened(keys: readonly Uint8Array[] = [key]): {
  session: WsskSession;
  board: Direction;
  toBoard: Direction;
} {
  const session = new WsskSession(boardRandom, gatewayRandom, keys);
  const shared = sessionKey(key, boardRandom, gatewayRandom);
  const board = new Direction(shared, Side.Board);
  const answer = session.receive(board.seal(proof));
  expect(answer.kind).toBe("opened");
  const toBoard = new Direction(shared, Side.Gateway);
  if (answer.kind === "opened") expect(toBoard.open(answer.reply)).toEqual(Buffer.from(proof));
  return { session, board, toBoard };
}

describe("a WSSK session", () => {
  test("its key and frames are those of the runtime: HKDF-SHA256, AES-256-CCM, nonce 01 00 … 00", () => {
    const shared = hkdfSync("sha256", key, "", Buffer.concat([boardRandom, gatewayRandom]), 32);
    expect(Buffer.from(sessionKey(key, boardRandom, gatewayRandom))).toEqual(Buffer.from(shared));
    const nonce = Buffer.alloc(13);
    nonce[0] = 1;
    const cipher = createCipheriv("aes-256-ccm", Buffer.from(shared), nonce, { authTagLength: 4 });
    const sealed = Buffer.concat([cipher.update(proof), cipher.final(), cipher.getAuthTag()]);
    expect(new Direction(new Uint8Array(shared), Side.Board).seal(proof)).toEqual(sealed);
  });

  test("hello: magic, version 2, the gateway's random number", () => {
    const hello = Buffer.from(new WsskSession(boardRandom, gatewayRandom, [key]).hello());
    expect(hello.toString("hex")).toBe(`ca28e4ce02000000${"02".repeat(16)}`);
  });

  test("says nothing that depends on the key before the board has proved it", () => {
    const session = new WsskSession(boardRandom, gatewayRandom, [key]);
    expect(() => session.seal(proof)).toThrow("not open");
    expect(session.receive(new Uint8Array(36))).toEqual({ kind: "wrong-key" });
  });

  test("takes the one of several keys that the board has", () => {
    opened([new Uint8Array(32).fill(9), key]);
  });

  test("a proof that is not zeros ends it", () => {
    const session = new WsskSession(boardRandom, gatewayRandom, [key]);
    const board = new Direction(sessionKey(key, boardRandom, gatewayRandom), Side.Board);
    expect(session.receive(board.seal(new Uint8Array(32).fill(1)))).toMatchObject({ kind: "broken" });
  });

  test("carries any messages both ways, in order", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 300 }), { maxLength: 20 }),
        (messages) => {
          const { session, board, toBoard } = opened();
          for (const message of messages) {
            expect(session.receive(board.seal(message))).toEqual({
              kind: "message",
              plain: Buffer.from(message),
            });
            expect(toBoard.open(session.seal(message))).toEqual(Buffer.from(message));
          }
        },
      ),
    );
  });

  test("a message that is changed, repeated, left out or cut ends it", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 60 }), fc.nat(63 * 8), (message, bit) => {
        const { session, board } = opened();
        const sealed = Buffer.from(board.seal(message));
        const changed = Buffer.from(sealed);
        changed[(bit >> 3) % changed.length] ^= 1 << (bit & 7);
        expect(session.receive(changed)).toMatchObject({ kind: "broken" });
        expect(session.receive(sealed.subarray(1))).toMatchObject({ kind: "broken" });
        expect(session.receive(sealed)).toMatchObject({ kind: "message" });
        expect(session.receive(sealed)).toMatchObject({ kind: "broken" });
        board.seal(message);
        expect(session.receive(board.seal(message))).toMatchObject({ kind: "broken" });
        expect(session.receive(Buffer.alloc(0))).toMatchObject({ kind: "broken" });
      }),
    );
  });

  test("counts over a byte's end", () => {
    const { session, board } = opened();
    for (let i = 0; i < 600; i++)
      expect(session.receive(board.seal(Uint8Array.of(i & 255))).kind).toBe("message");
  });

  test("the board's random number", () => {
    expect(boardRandomOf(`devs-key-${"0a".repeat(16)}`)).toEqual(Buffer.alloc(16, 10));
    for (const bad of ["", "devs-key-", `devs-key-${"0a".repeat(15)}`, `jacdac-key-${"0a".repeat(16)}`])
      expect(boardRandomOf(bad)).toBeUndefined();
  });
});
