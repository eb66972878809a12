import {
  authText,
  dialectOf,
  invitationText,
  parseAuthResponse,
  parseInvitation,
  parseReply,
} from "../../src/core/espota/wire.js";
import { image } from "../../test/support/core-run.js";
import { answerTo, host, invitationOf, SessionBench, stranger } from "../../test/support/core-session.js";
import { bytesOf, Feed, latin1, must, mustEqual, program, type Target } from "../target.js";

const words = [
  "0 ",
  "100 ",
  "200 ",
  " 1000 ",
  "45002",
  "\n",
  "gap=0\n",
  "AUTH ",
  "OK",
  "ERR: ",
  "c".repeat(32),
];
const nonce = "0123456789abcdef0123456789abcdef";

/** The three datagrams, and that what is read is printed and read as the same. */
const wire: Target = {
  name: "espota-wire",
  most: 512,
  words: [...words, nonce, nonce + nonce],
  seeds: () => [
    invitationOf(image),
    `${invitationOf(image)}gap=0\n`,
    `200 ${nonce} ${nonce}\n`,
    `200 ${nonce}${nonce} ${nonce}${nonce}`,
    `AUTH ${nonce}`,
    "OK",
    "Authentication Failed",
    "ERR: closing valve 2, try again in 20 s\n",
  ],
  run: (input) => {
    const text = latin1(input);
    const invitation = parseInvitation(text);
    if (invitation !== undefined)
      mustEqual(parseInvitation(invitationText(invitation)), invitation, "an invitation reads otherwise");
    const answer = parseAuthResponse(text);
    if (answer !== undefined)
      mustEqual(parseAuthResponse(authText(answer)), answer, "an answer reads otherwise");
    must(invitation === undefined || answer === undefined, "one datagram is both");
    const reply = parseReply(text);
    if (reply.kind === "challenge") must(dialectOf(reply.nonce) !== undefined, "a challenge without a nonce");
  },
};

const password = "secret";
const peers = [host, { ...host, port: host.port + 1 }, stranger];

/**
 * Handshake and transfer: datagrams of three peers, one of whom may know the password, and the connection's events. What
 * is committed was sent by who knows the password, byte by byte; and nothing goes out where there is no connection.
 */
class SessionWorld {
  private readonly bench: SessionBench;
  private isConnected = false;
  private sent: Uint8Array[] = [];
  private seen = 0;
  private hasPassword = false;
  /** The board restarts. */
  isOver = false;

  constructor(private readonly isOpen: boolean) {
    this.bench = new SessionBench({ password: isOpen ? undefined : password, valve: { takesMs: 300 } });
  }

  step(feed: Feed): void {
    const { bench } = this;
    const peer = peers[feed.below(peers.length)];
    switch (feed.below(10)) {
      case 0:
        bench.datagram(invitationOf(image), peer);
        break;
      case 1:
        this.answer(password, feed);
        break;
      case 2:
        bench.datagram(latin1(feed.piece()), peer);
        break;
      case 3:
        // The adapter has one connection at a time.
        if (this.isConnected) break;
        this.isConnected = true;
        this.sent = [];
        bench.connected();
        break;
      case 4:
        bench.connectFailed();
        break;
      case 5:
        if (this.isConnected) this.data(feed.piece());
        break;
      case 6:
        if (this.isConnected) this.data(image.slice(this.length, this.length + feed.u16()));
        break;
      case 7:
        this.isConnected = false;
        bench.closed();
        break;
      case 8:
        bench.pass(50 * feed.byte());
        break;
      default:
        bench.valve.broken = feed.below(4) === 0 ? "moved" : undefined;
    }
    this.look();
  }

  /** The answer to the last challenge of the host. */
  private answer(word: string, feed: Feed): void {
    const challenge = this.bench.log
      .filter((entry) => entry.includes(` ${host.address}:${host.port} AUTH `))
      .at(-1);
    if (challenge === undefined) return;
    this.hasPassword = true;
    const cnonce = feed.below(2) === 0 ? "c".repeat(32) : "d".repeat(32);
    this.bench.datagram(answerTo(challenge.split(" ").slice(3).join(" "), word, cnonce), host);
  }

  private get length(): number {
    return this.sent.reduce((sum, { length }) => sum + length, 0);
  }

  private data(bytes: Uint8Array): void {
    this.sent.push(bytes);
    this.bench.data(bytes);
  }

  /** Judges what was done since the last step. */
  private look(): void {
    const { bench } = this;
    for (const entry of bench.log.slice(this.seen)) {
      const [, action] = entry.split(" ");
      if (action === "send") must(this.isConnected, `without a connection: ${entry}`);
      if (action === "close") this.isConnected = false;
      if (action === "connect") must(this.isOpen || this.hasPassword, `without a password: ${entry}`);
      if (action !== "restart") continue;
      must(bench.commits > 0, "a restart without a commit");
      this.isOver = true;
    }
    this.seen = bench.log.length;
    if (bench.commits > 0)
      must(Buffer.concat(bench.target.taken).equals(image), "what was committed is not what was announced");
    if (bench.target.taken.length > 0) must(this.isOpen || this.hasPassword, "bytes without a password");
  }

  /** Long after the last event everything is over, and the valve is free or the board restarts. */
  end(): void {
    this.isConnected = false;
    this.bench.closed();
    this.seen = this.bench.log.length;
    this.bench.valve.broken = undefined;
    for (let second = 0; second < 120; second++) {
      this.bench.now += 1000;
      this.bench.tick();
    }
    must(!this.bench.session.isTransferring(), "it never ends");
    must(
      this.bench.commits > 0 || this.bench.valve.entered === this.bench.valve.left,
      "the valve stays held",
    );
  }
}

const session: Target = {
  name: "espota-session",
  most: 400,
  words,
  seeds: () => [
    program(1, 0, 0, 0, 1, 0, 0, 8, 20, 0, 3, 0, 6, 255, 3, 0, 8, 200),
    program(0, 0, 0, 0, 8, 20, 0, 3, 0, 6, 255, 3, 0, 8, 200, 0, 7),
    program(0, 0, 0, 0, 8, 20, 0, 3, 0, 5, "x", 0, 6, 200, 0, 0, 7),
    program(1, 2, 2, bytesOf(invitationOf(image)), 0, 1, 0, 2, 2, bytesOf(`200 ${nonce} ${nonce}`)),
    program(0, 0, 0, 0, 8, 1, 0, 9, 0, 0, 8, 250, 0, 4),
  ],
  run: (input) => {
    const feed = new Feed(input);
    const world = new SessionWorld(feed.below(2) === 0);
    while (!feed.isOver && !world.isOver) world.step(feed);
    world.end();
  },
};

export const espotaTargets: readonly Target[] = [wire, session];
