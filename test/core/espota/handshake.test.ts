import { beforeEach, describe, expect, it } from "vitest";
import { AttemptLimiter, noAttempts } from "../../../src/core/attempts.js";
import { Authenticator } from "../../../src/core/espota/auth.js";
import { EspotaHandshake } from "../../../src/core/espota/handshake.js";
import { authText, type Invitation, invitationText } from "../../../src/core/espota/wire.js";
import type { Peer } from "../../../src/core/ports.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { nodeCrypto } from "../../../src/node/crypto.js";
import { md5Of } from "../../support/core-bundle.js";

/** As espota.py sends it. */
const invitation: Invitation = {
  ...{ command: 0, port: 45002, size: 10, md5: "a".repeat(32), needsGap: true, bound: false },
};
const other: Invitation = { ...invitation, md5: "b".repeat(32) };
const host: Peer = { address: "10.0.0.2", port: 40001 };
const life = 10_000;
const password = "c".repeat(32);
const cnonce = "d".repeat(32);

let serial = 0;
const random = { hex: (count: number) => `${serial++}`.padStart(2 * count, "0") };
const auth = new Authenticator(nodeBytes, nodeCrypto, random, "md5", { md5: password, sha256: "" });
let handshake: EspotaHandshake;

beforeEach(() => {
  const limiter = () => new AttemptLimiter(noAttempts());
  handshake = new EspotaHandshake(auth, limiter(), limiter(), life, () => undefined);
});

/** Invites. @returns the nonce of the challenge */
function ask(now: number, from = host, what = invitation): string {
  const action = handshake.onDatagram(now, invitationText(what), from, false)?.answer;
  return action?.do === "reply" ? action.text.slice("AUTH ".length) : "";
}

/** Answers the challenge with `nonce`. @returns the invitation that was accepted; "": refused; undefined: no word */
function take(now: number, from: Peer, nonce: string): Invitation | "" | undefined {
  const response = md5Of(`${password}:${nonce}:${cnonce}`);
  const done = handshake.onDatagram(now, authText({ cnonce, response }), from, false);
  return done && (done.accepted ?? "");
}

describe("open challenges to uploaders that bind nothing", () => {
  it("are good for one answer", () => {
    const nonce = ask(0);
    expect(take(1, host, nonce)).toEqual(invitation);
    expect(take(1, host, nonce)).toBeUndefined();
    const second = ask(2);
    expect(take(3, host, nonce)).toBe("");
    expect(take(3, host, second)).toBeUndefined();
  });

  it("keep the nonce when the datagram is only repeated", () => {
    const nonce = ask(0);
    expect(ask(5)).toBe(nonce);
    expect(take(6, host, nonce)).toEqual(invitation);
    expect(take(6, host, nonce)).toBeUndefined();
  });

  it("have a new nonce for another image, another port, and after use", () => {
    const first = ask(0);
    expect(ask(0, host, other)).not.toBe(first);
    const second = ask(0);
    expect(ask(0, { ...host, port: 40002 })).not.toBe(second);
    const third = ask(0);
    expect(take(0, host, third)).toEqual(invitation);
    expect(ask(0)).not.toBe(third);
  });

  it("end after their life, and a repetition prolongs it", () => {
    expect(take(life, host, ask(0))).toBeUndefined();
    const nonce = ask(0);
    ask(life - 1);
    expect(take(life, host, nonce)).toEqual(invitation);
  });

  it("keep the handshake from being idle", () => {
    expect(handshake.isIdle(0)).toBe(true);
    ask(0);
    ask(5, { ...host, port: 40_002 });
    expect([0, life, 2 * life + 4].map((now) => handshake.isIdle(now))).toEqual([false, false, false]);
    expect(handshake.isIdle(2 * life + 5)).toBe(true);
  });

  it("of two uploads of one computer differ by their ports, and an answer from a third port is for the newest", () => {
    const second = { ...host, port: 40_002 };
    const nonces = [ask(0), ask(1, second, other)];
    expect(take(2, host, nonces[0])).toEqual(invitation);
    expect(take(2, { ...host, port: 40_003 }, nonces[1])).toEqual(other);
    expect(take(2, second, nonces[1])).toBeUndefined();
  });

  it("are neither displaced by strangers nor answered by them", () => {
    const nonce = ask(0);
    for (let i = 0; i < 7; i++) ask(1, { address: `10.0.0.${100 + i}`, port: 50_000 }, other);
    expect(take(2, { address: "10.0.0.66", port: 50_000 }, nonce)).toBeUndefined();
    expect(take(2, host, nonce)).toEqual(invitation);
  });

  it("are not displaced by one stranger with many packets", () => {
    const nonce = ask(0);
    for (let i = 0; i < 50; i++) ask(1, { address: "10.0.0.66", port: 50_000 + i }, other);
    expect(take(2, host, nonce)).toEqual(invitation);
  });

  it("are few: of nine addresses the one that asked first has to ask again", () => {
    const nonces = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((i) => ask(i, { address: `10.0.0.${i}`, port: 1 }));
    expect(take(9, { address: "10.0.0.0", port: 1 }, nonces[0])).toBeUndefined();
    for (let i = 1; i < 9; i++)
      expect(take(9, { address: `10.0.0.${i}`, port: 1 }, nonces[i]), `${i}`).toEqual(invitation);
  });
});
