import { beforeEach, describe, expect, it } from "vitest";
import { image } from "../../support/core-run.js";
import { answerTo, host, invitationOf, SessionBench, stranger } from "../../support/core-session.js";
import golden from "../../vectors/golden.json" with { type: "json" };

const password = "open sesame";
const failed = "Authentication Failed";
const invitation = invitationOf(image);
let bench = new SessionBench({ password });

beforeEach(() => {
  bench = new SessionBench({ password });
});

/** Invites and answers the challenge with `guess`. @returns the board's answer */
function guess(with_: string, from = host): string {
  const challenge = bench.ask(invitation, from);
  return challenge.startsWith("AUTH ") ? bench.ask(answerTo(challenge, with_), from) : challenge;
}

function finishUpload(): void {
  bench.connected();
  bench.send(image);
  expect(bench.pass(3500).map((entry) => entry.split(" ")[1])).toEqual(["send", "close", "restart"]);
  expect(bench.commits).toBe(1);
}

describe("a password", () => {
  it("is asked for before anything is touched", () => {
    expect(bench.ask(invitation)).toMatch(/^AUTH [0-9a-f]{32}$/);
    expect([bench.valve.entered, bench.isBusy(), bench.heard]).toEqual([0, false, []]);
  });

  it("that is right opens the way", () => {
    expect(guess(password)).toBe("OK");
    expect(bench.log.at(-1)).toBe("0 connect 10.0.0.2:45002");
    finishUpload();
    expect(bench.sessionEvents.map(({ event }) => event)).toEqual([
      ...["invitation", "authenticated", "connected"],
    ]);
  });

  it("that is wrong is refused, and nothing else happens", () => {
    expect(guess("open barley")).toBe(failed);
    expect([bench.valve.entered, bench.isBusy(), bench.errors]).toEqual([0, false, []]);
    expect(bench.sessionEvents.at(-1)).toEqual({ event: "auth-failed", from: host.address });
    expect(guess(password)).toBe("OK");
  });

  it("may be proved from another port than the invitation's: the answer goes there", () => {
    const challenge = bench.ask(invitation);
    const second = { ...host, port: 40002 };
    expect(bench.datagram(answerTo(challenge, password), second)).toEqual([
      "0 reply 10.0.0.2:40002 OK",
      "0 connect 10.0.0.2:45002",
    ]);
    const other = new SessionBench({ password });
    const wrong = answerTo(other.ask(invitation), "open barley");
    expect(other.datagram(wrong, second)).toEqual([`0 reply 10.0.0.2:40002 ${failed}`]);
  });

  it("may be proved in arduino-esp32's way, in either of its two rounds", () => {
    const { nonce, cnonce, responseSha256Password, responseMd5Password } = golden.espotaAuthPbkdf2Sha256;
    for (const response of [responseSha256Password, responseMd5Password]) {
      bench = new SessionBench({ password: "admin", dialect: "pbkdf2", nonces: [nonce] });
      expect(bench.ask(invitation)).toBe(`AUTH ${nonce}`);
      expect(bench.ask(`200 ${cnonce} ${response}\n`)).toBe("OK");
    }
  });

  it("that is right is still refused by the safe state", () => {
    bench = new SessionBench({ password, valve: { checkThrows: "jammed" } });
    expect(guess(password)).toBe("ERR: valve 2: jammed\n");
  });
});

describe("a replayed answer", () => {
  it("finds no open challenge, and does not fit the next one", () => {
    const challenge = bench.ask(invitation);
    const answer = answerTo(challenge, password);
    expect(bench.ask(answer)).toBe("OK");
    bench.connectFailed();
    expect(bench.datagram(answer)).toEqual([]);
    expect(bench.ask(invitation)).not.toBe(challenge);
    expect(bench.ask(answer)).toBe(failed);
    expect(bench.isBusy()).toBe(false);
  });

  it("during the upload that it began has no effect", () => {
    const answer = answerTo(bench.ask(invitation), password);
    bench.ask(answer);
    expect(bench.datagram(answer)).toEqual([]);
    finishUpload();
  });

  it("by somebody else has none either", () => {
    const challenge = bench.ask(invitation);
    bench.ask(invitation, stranger);
    expect(bench.ask(answerTo(challenge, password), stranger)).toBe(failed);
    expect(bench.ask(answerTo(challenge, password))).toBe("OK");
  });
});

describe("an open challenge", () => {
  it("expires after ten seconds", () => {
    const challenge = bench.ask(invitation);
    bench.pass(10_000);
    expect(bench.datagram(answerTo(challenge, password))).toEqual([]);
    expect(guess(password)).toBe("OK");
  });

  it("is good until then", () => {
    const challenge = bench.ask(invitation);
    bench.pass(9950);
    expect(bench.ask(answerTo(challenge, password))).toBe("OK");
  });

  it("is the same for a repeated invitation", () => {
    expect(bench.ask(invitation)).toBe(bench.ask(invitation));
  });

  it("does not mind what strangers send meanwhile", () => {
    const challenge = bench.ask(invitation);
    bench.ask(invitation, stranger);
    bench.ask(`200 ${"a".repeat(32)} ${"b".repeat(32)}\n`, stranger);
    bench.datagram("garbage", stranger);
    for (let i = 0; i < 10; i++) bench.ask(invitation, { ...stranger, port: 50_000 + i });
    expect(bench.ask(answerTo(challenge, password))).toBe("OK");
    finishUpload();
  });

  it("is not taken back by garbage from the same address", () => {
    const challenge = bench.ask(invitation);
    for (const text of ["", "1 2 3 4", "200 x y", "300\n"]) expect(bench.datagram(text)).toEqual([]);
    expect(bench.ask(answerTo(challenge, password))).toBe("OK");
  });

  it("answered while another update runs is told so", () => {
    const mine = bench.ask(invitation);
    const theirs = bench.ask(invitation, stranger);
    expect(bench.ask(answerTo(mine, password))).toBe("OK");
    expect(bench.ask(answerTo(theirs, password), stranger)).toBe("ERR: ERROR[15]: Update already running\n");
    finishUpload();
  });
});

describe("guessing", () => {
  const locked = (seconds: number) => `ERR: ERROR[21]: locked, try again in ${seconds} s\n`;

  it("is slowed down after three wrong answers, more each time, and says for how long", () => {
    for (let i = 0; i < 3; i++) expect(guess(`guess ${i}`, stranger)).toBe(failed);
    expect(guess(password, stranger)).toBe(locked(2));
    bench.pass(1000);
    expect(guess(password, stranger)).toBe(locked(1));
    bench.pass(1000);
    expect(guess("guess 3", stranger)).toBe(failed);
    expect(guess(password, stranger)).toBe(locked(4));
    expect(guess(password)).toBe("OK");
  });

  it("is locked to the last millisecond, for an invitation and for an answer to an earlier one", () => {
    const second = { ...stranger, port: stranger.port + 1 };
    const challenge = bench.ask(invitation, second);
    for (let i = 0; i < 3; i++) guess(`guess ${i}`, stranger);
    bench.now = 1999;
    expect(bench.ask(invitation, stranger)).toBe(locked(1));
    expect(bench.ask(answerTo(challenge, password), second)).toBe(locked(1));
    bench.now = 2000;
    expect(guess(password, stranger)).toBe("OK");
  });

  it("is not helped by a challenge collected before the lock", () => {
    const challenge = bench.ask(invitation, stranger);
    for (let i = 0; i < 30; i++) guess("wrong", { address: `10.0.1.${i}`, port: 1 });
    expect(bench.ask(answerTo(challenge, password), stranger)).toMatch(/locked, try again in \d+ s/);
    expect(bench.isBusy()).toBe(false);
  });

  it("from everywhere does not lock out who has not guessed", () => {
    guess("wrong", stranger);
    for (let i = 0; i < 40; i++) guess("wrong", { address: `10.0.1.${i % 10}`, port: 1 });
    expect(guess(password, stranger)).toMatch(/locked, try again in \d+ s/);
    expect(guess(password)).toBe("OK");
  });
});
