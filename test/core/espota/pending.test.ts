import { beforeEach, describe, expect, it } from "vitest";
import { Authenticator } from "../../../src/core/espota/auth.js";
import { PendingChallenges } from "../../../src/core/espota/pending.js";
import type { Invitation } from "../../../src/core/espota/wire.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { nodeCrypto } from "../../../src/node/crypto.js";

const invitation: Invitation = { command: 0, port: 45002, size: 10, md5: "a".repeat(32), needsGap: true };
const other: Invitation = { ...invitation, md5: "b".repeat(32) };
const host = { address: "10.0.0.2", port: 40001 };
const life = 10_000;

let serial = 0;
const random = { hex: (count: number) => `${serial++}`.padStart(2 * count, "0") };
const auth = new Authenticator(nodeBytes, nodeCrypto, random, "md5", { md5: "c".repeat(32), sha256: "" });
let pending = new PendingChallenges(life);

beforeEach(() => {
  pending = new PendingChallenges(life);
});

function ask(now: number, from = host, what = invitation): string {
  return pending.challenge(now, from, what, auth);
}

describe("PendingChallenges", () => {
  it("gives back what was asked, once", () => {
    const nonce = ask(0);
    expect(pending.take(1, host)).toMatchObject({ ...host, invitation, nonce });
    expect(pending.take(1, host)).toBeUndefined();
  });

  it("keeps the nonce when the datagram is only repeated", () => {
    expect(ask(5)).toBe(ask(0));
    expect(pending.take(6, host)).toBeDefined();
    expect(pending.take(6, host)).toBeUndefined();
  });

  it("makes a new nonce for another image, another port, and after use", () => {
    const first = ask(0);
    expect(ask(0, host, other)).not.toBe(first);
    const second = ask(0);
    expect(ask(0, { ...host, port: 40002 })).not.toBe(second);
    const third = ask(0);
    pending.take(0, host);
    expect(ask(0)).not.toBe(third);
  });

  it("forgets after its life, and a repetition prolongs it", () => {
    ask(0);
    expect(pending.take(life, host)).toBeUndefined();
    ask(0);
    ask(life - 1);
    expect(pending.take(life, host)).toBeDefined();
  });

  it("knows whether any is open", () => {
    expect(pending.isEmpty(0)).toBe(true);
    ask(0);
    ask(5, { ...host, port: 40_002 });
    expect([0, life, life + 4].map((now) => pending.isEmpty(now))).toEqual([false, false, false]);
    expect(pending.isEmpty(life + 5)).toBe(true);
  });

  it("tells two uploads of one computer apart by their ports, and takes an answer from a third port for the newest", () => {
    const second = { ...host, port: 40_002 };
    const nonces = [ask(0), ask(1, second, other)];
    expect(pending.take(2, host)?.nonce).toBe(nonces[0]);
    expect(pending.take(2, { ...host, port: 40_003 })?.nonce).toBe(nonces[1]);
    expect(pending.take(2, second)).toBeUndefined();
  });

  it("does not let strangers displace an open challenge, nor answer it", () => {
    const nonce = ask(0);
    for (let i = 0; i < 3; i++) ask(1, { address: `10.0.0.${100 + i}`, port: 50_000 }, other);
    expect(pending.take(2, { address: "10.0.0.66", port: 50_000 })).toBeUndefined();
    expect(pending.take(2, host)?.nonce).toBe(nonce);
  });

  it("does not let one stranger displace it with many packets", () => {
    const nonce = ask(0);
    for (let i = 0; i < 50; i++) ask(1, { address: "10.0.0.66", port: 50_000 + i }, other);
    expect(pending.take(2, host)?.nonce).toBe(nonce);
  });

  it("keeps few: of five addresses the one that asked first has to ask again", () => {
    for (let i = 0; i < 5; i++) ask(i, { address: `10.0.0.${i}`, port: 1 });
    expect(pending.take(9, { address: "10.0.0.0", port: 1 })).toBeUndefined();
    for (let i = 1; i < 5; i++)
      expect(pending.take(9, { address: `10.0.0.${i}`, port: 1 }), `${i}`).toBeDefined();
  });
});
