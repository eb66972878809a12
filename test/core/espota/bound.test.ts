import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AttemptLimiter, noAttempts } from "../../../src/core/attempts.js";
import { Authenticator } from "../../../src/core/espota/auth.js";
import { boundCnonce } from "../../../src/core/espota/bound.js";
import { EspotaHandshake } from "../../../src/core/espota/handshake.js";
import {
  type AuthDialect,
  authText,
  type Invitation,
  invitationText,
} from "../../../src/core/espota/wire.js";
import type { Peer } from "../../../src/core/ports.js";
import { authResponse } from "../../../src/host/espota/handshake.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { nodeCrypto, nodeRandom, passwordHashes } from "../../../src/node/crypto.js";
import { md5Of } from "../../support/core-bundle.js";

const password = "open sesame";
const life = 10_000;
const hour = 3_600_000;
const owner: Peer = { address: "10.0.0.2", port: 40_001 };
const neighbour: Peer = { address: "10.0.0.66", port: 50_001 };
const mine: Invitation = {
  ...{ command: 0, port: 45_002, size: 1000, md5: "a".repeat(32), needsGap: false, bound: true },
};
const theirs: Invitation = { ...mine, port: 45_003, md5: "b".repeat(32) };
const stock: Invitation = { ...mine, needsGap: true, bound: false };

/** A board's handshake, and the uploaders of a network around it. */
class Doorway {
  now = 0;
  readonly events: string[] = [];
  private readonly handshake: EspotaHandshake;

  constructor(strict = true, dialect: AuthDialect = "md5") {
    const auth = new Authenticator(nodeBytes, nodeCrypto, nodeRandom, dialect, passwordHashes(password));
    const limiter = () => new AttemptLimiter(noAttempts());
    const others = strict ? undefined : limiter();
    this.handshake = new EspotaHandshake(auth, limiter(), others, life, ({ event }) =>
      this.events.push(event),
    );
  }

  /** @returns the invitation that was accepted, or the board's answer; "": none */
  send(text: string, from: Peer): string | Invitation {
    const done = this.handshake.onDatagram(this.now, text, from, false);
    if (done?.accepted !== undefined) return done.accepted;
    return done?.answer?.do === "reply" ? done.answer.text : "";
  }

  /** Invites. @returns the nonce; "": there is no challenge */
  ask(from = owner, what = mine): string {
    const reply = this.send(invitationText(what), from);
    return typeof reply === "string" ? (/^AUTH ([0-9a-f]+)( bound)?$/.exec(reply)?.[1] ?? "") : "";
  }
}

/** What our uploader answers to a nonce, for what it wants to install. */
function answerTo(nonce: string, word: string, meant: Invitation, random = nodeRandom.hex(32)): string {
  const cnonce = boundCnonce(md5Of, nonce, random, meant);
  return authText({ cnonce, response: authResponse(nonce, cnonce, word, "sha256"), meant });
}

/** The same without its second line, as an uploader that binds nothing would send it. */
function stripped(answer: string): string {
  return `${answer.split("\n")[0]}\n`;
}

describe.each(["md5", "pbkdf2"] as const)("a bound answer in the %s dialect", (dialect) => {
  it("is good for the image it is meant for, and for one update", () => {
    const door = new Doorway(true, dialect);
    const answer = answerTo(door.ask(), password, mine);
    expect(door.send(answer, owner)).toEqual(mine);
    expect(door.send(answer, owner)).toBe("");
    door.ask();
    expect(door.send(answer, owner)).toBe("");
  });

  it.each([true, false])("that a neighbour relays installs nothing; strict: %s", (strict) => {
    const door = new Doorway(strict, dialect);
    // He plays the board for the owner, and passes the nonce of his own invitation on.
    const answer = answerTo(door.ask(neighbour, theirs), password, mine);
    const lied = answer.replace(invitationText(mine), invitationText(theirs));
    for (const text of [answer, lied, stripped(answer)])
      expect(door.send(text, neighbour), text).toBe(strict && text === stripped(answer) ? refusal : "");
    door.ask(neighbour, { ...theirs, needsGap: true, bound: false });
    expect(door.send(stripped(answer), neighbour)).not.toEqual(expect.objectContaining({ md5: theirs.md5 }));
  });

  it("that lost its second line, with the nonce of a challenge to another uploader, neither", () => {
    const door = new Doorway(false, dialect);
    const answer = answerTo(door.ask(neighbour, stock), password, mine);
    expect(door.send(stripped(answer), neighbour)).toBe("");
  });

  it("is taken for at least ten seconds, and no longer than twenty", () => {
    for (const start of [0, 1, life - 1, life, 12_345]) {
      const door = new Doorway(true, dialect);
      door.now = start;
      const answer = answerTo(door.ask(), password, mine);
      door.now = start + 2 * life;
      expect(door.send(answer, owner)).toBe("");
      door.now = start + life;
      expect(door.send(answer, owner)).toEqual(mine);
    }
  });

  it("from another address than the challenged one is passed over", () => {
    const door = new Doorway(true, dialect);
    const answer = answerTo(door.ask(), password, mine);
    expect(door.send(answer, neighbour)).toBe("");
    expect(door.send(answer, { ...owner, port: 40_002 })).toEqual(mine);
  });
});

const refusal = "ERR: needs sluice upload, or to be set up with --lax-auth (ERROR[29])\n";

describe("an uploader that binds nothing", () => {
  it("is refused by a strict board, with what to do, before it answers and after", () => {
    const door = new Doorway();
    expect(door.send(invitationText(stock), owner)).toBe(refusal);
    expect(door.send(stripped(answerTo("1".repeat(32), password, mine)), owner)).toBe(refusal);
    expect(door.events).not.toContain("auth-failed");
  });

  it("of which a neighbour relays the answer installs his image on a lax board: the old protocol's weakness", () => {
    const door = new Doorway(false);
    const image = { ...theirs, needsGap: true, bound: false };
    const nonce = door.ask(neighbour, image);
    const cnonce = "c".repeat(32);
    const response = authResponse(nonce, cnonce, password, "md5");
    expect(door.send(authText({ cnonce, response }), neighbour)).toEqual(image);
  });
});

describe("guessing", () => {
  it("gets one guess a nonce", () => {
    const door = new Doorway();
    const nonce = door.ask();
    expect(door.send(answerTo(nonce, "wrong", mine), owner)).toBe("Authentication Failed");
    expect(door.send(answerTo(nonce, password, mine), owner)).toBe("");
    expect(door.ask()).not.toBe(nonce);
  });

  it("keeps its limit, whoever sees everything and however many challenges are asked for", () => {
    const door = new Doorway();
    let guesses = 0;
    let hoarded: readonly string[] = [];
    for (; door.now < 2 * hour; door.now += 1000) {
      for (const nonce of hoarded)
        if (door.send(answerTo(nonce, "wrong", theirs), neighbour) === "Authentication Failed") guesses++;
      hoarded = [1, 2, 3]
        .map((size) => door.ask(neighbour, { ...theirs, size }))
        .filter((nonce) => nonce !== "");
      const nonce = door.ask(neighbour, theirs);
      if (nonce !== "" && door.send(answerTo(nonce, "wrong", theirs), neighbour) !== "") guesses++;
    }
    expect(guesses).toBeLessThan(2 * 70);
    expect(guesses).toBeGreaterThan(100);
  });
});

describe("strangers who have seen no nonce", () => {
  const address = fc.constantFrom("10.0.0.2", "10.0.0.3", "10.0.0.66", "10.0.0.67");
  const hex = (length: number) =>
    fc
      .array(fc.constantFrom(..."0123456789abcdef"), { minLength: length, maxLength: length })
      .map((all) => all.join(""));
  const invitations = fc.constantFrom(mine, theirs, stock, { ...stock, port: 1 });
  const forged = fc.record({
    from: fc.record({ address, port: fc.constantFrom(40_001, 40_002, 50_000) }),
    text: fc.oneof(
      invitations.map(invitationText),
      fc.record({ cnonce: hex(32), response: hex(32) }).map(authText),
      fc.record({ cnonce: hex(32), response: hex(32), meant: invitations }).map(authText),
      // With the mark and the hash right, of a nonce that they made up.
      fc.tuple(hex(32), invitations).map(([nonce, meant]) => answerTo(nonce, "x", meant, "d".repeat(32))),
      fc.string(),
    ),
    pause: fc.nat(400),
  });

  it.each([true, false])(
    "do not keep the owner out, whatever they send from whose address; strict: %s",
    (strict) => {
      fc.assert(
        fc.property(
          fc.array(forged, { maxLength: 150 }),
          fc.array(forged, { maxLength: 20 }),
          fc.nat(150),
          (before, between, times) => {
            const door = new Doorway(strict);
            const attack = (all: typeof before): void => {
              for (const { from, text, pause } of all) {
                door.now += pause;
                door.send(text, from);
              }
            };
            for (let i = 0; i <= times % 3; i++) attack(before);
            const nonce = door.ask();
            expect(nonce).not.toBe("");
            attack(between);
            expect(door.send(answerTo(nonce, password, mine), owner)).toEqual(mine);
          },
        ),
        { numRuns: 200 },
      );
    },
  );

  it("cost nobody an attempt", () => {
    const door = new Doorway();
    for (let i = 0; i < 1000; i++) {
      door.send(invitationText(mine), { address: `10.1.${i % 250}.2`, port: i + 1 });
      door.send(answerTo(nodeRandom.hex(16), "x", mine), owner);
    }
    expect(door.events).not.toContain("auth-failed");
    expect(door.send(answerTo(door.ask(), password, mine), owner)).toEqual(mine);
  });
});
