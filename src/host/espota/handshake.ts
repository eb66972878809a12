import type { UploadEvent } from "../../events/upload-event.js";
import { type AuthDialect, authResponse, cnonceBytes, dialectOf, type PasswordHash } from "./auth.js";
import { boardFault } from "./board-fault.js";
import type { Deadlines } from "./deadlines.js";
import { UploadError } from "./upload-error.js";
import { authText, parseAnswer } from "./wire.js";

export interface HandshakePlan {
  /** The whole datagram. */
  readonly invitation: string;
  readonly address: string;
  readonly port: number;
  /** How the `invited` event describes it. */
  readonly invited: (attempt: number) => UploadEvent;
  readonly password: string | undefined;
  /** How often somebody may be asked for a password; 0 when nobody is there. */
  readonly asks: number;
  /** What a PBKDF2 board is supposed to keep: `sha256` is tried first, then `md5`. */
  readonly passwordHash: PasswordHash;
  readonly deadlines: Deadlines;
  /** That many random bytes as hex. */
  readonly random: (bytes: number) => string;
}

/** What the handshake wants done. */
export interface HandshakeSink {
  readonly send: (datagram: string) => void;
  /** Ask for a password, for the n-th time (from 1), and answer with `passwordGiven`. */
  readonly ask: (attempt: number) => void;
  readonly emit: (event: UploadEvent) => void;
  readonly accepted: (now: number) => void;
  readonly fail: (error: UploadError, now: number) => void;
}

/**
 * From the invitation to the board's OK, without I/O. Datagrams get lost, come twice and come late; every answer is
 * judged by what is being waited for.
 */
export class Handshake {
  /** When `tick` wants to be called, ms. */
  deadline = Number.POSITIVE_INFINITY;
  private state: "idle" | "inviting" | "asking" | "authenticating" | "accepted" = "idle";
  private giveUpAt = 0;
  private attempt = 0;
  private nonce = "";
  private spentNonce = "";
  private nonceSince = 0;
  /** The board issued another nonce after the one that was answered. */
  private superseded = false;
  /** One fresh start is allowed for each password and hash when an answer got lost or was overtaken. */
  private startedOver = false;
  private refusedOnce = false;
  private asked = 0;
  private password: string | undefined;
  private hash: PasswordHash;
  private trouble = "";
  private readonly plan: HandshakePlan;
  private readonly sink: HandshakeSink;

  constructor(plan: HandshakePlan, sink: HandshakeSink) {
    this.plan = plan;
    this.sink = sink;
    this.password = plan.password;
    this.hash = plan.passwordHash;
  }

  invite(now: number): void {
    this.state = "inviting";
    this.attempt = 0;
    this.giveUpAt = now + this.plan.deadlines.invitation;
    this.sendInvitation(now);
  }

  /** True when a connection of the board makes sense now: it may overtake the OK, or the OK may be lost. */
  takesConnection(): boolean {
    return this.state === "inviting" || this.state === "authenticating" || this.state === "accepted";
  }

  connected(now: number): void {
    if (this.state !== "accepted") this.accept(now);
  }

  /** The network said that nobody is there; the board may be restarting, so this is only remembered. */
  unreachable(reason: string): void {
    this.trouble = reason;
  }

  datagram(text: string, now: number): void {
    const answer = parseAnswer(text);
    if (this.state === "accepted") {
      if (answer.kind === "refused") this.sink.fail(boardFault("connection", text), now);
    } else if (this.state === "authenticating") {
      if (answer.kind === "ok") this.accept(now);
      else if (answer.kind === "auth-failed") this.rejected(text, now);
      else if (answer.kind === "challenge") this.superseded ||= answer.nonce !== this.nonce;
      else if (answer.kind === "refused") this.sink.fail(boardFault("authentication", text), now);
      else this.sink.fail(this.badAnswer("authentication", text), now);
    } else if (this.state === "inviting") {
      if (answer.kind === "ok") this.accept(now);
      else if (answer.kind === "challenge") this.challenged(answer.nonce, now);
      else if (answer.kind === "refused") this.refused(text, now);
      else if (answer.kind === "unknown" || this.nonce === "")
        this.sink.fail(this.badAnswer("invitation", text), now);
      else if (this.nonce !== this.spentNonce) this.rejected(text, now);
    }
  }

  passwordGiven(password: string | undefined, now: number): void {
    if (this.state !== "asking") return;
    if (password === undefined) {
      this.sink.fail(this.passwordNeeded("none was given"), now);
      return;
    }
    this.password = password;
    if (this.nonce === this.spentNonce || now - this.nonceSince > this.plan.deadlines.nonceAge)
      this.invite(now);
    else this.respond(this.password, now);
  }

  tick(now: number): void {
    if (now < this.deadline) return;
    if (this.state === "inviting" && now < this.giveUpAt) this.sendInvitation(now);
    else if (this.state === "inviting") this.sink.fail(this.noAnswer(), now);
    else if (this.state === "authenticating" && !this.startedOver) this.startOver(now);
    else if (this.state === "authenticating") this.sink.fail(this.noAuthAnswer(), now);
  }

  private sendInvitation(now: number): void {
    this.attempt++;
    this.deadline = Math.min(now + this.plan.deadlines.invitationRetry, this.giveUpAt);
    this.sink.send(this.plan.invitation);
    this.sink.emit(this.plan.invited(this.attempt));
  }

  private challenged(nonce: string, now: number): void {
    if (nonce === this.spentNonce) return;
    this.nonce = nonce;
    this.nonceSince = now;
    this.sink.emit({ event: "auth-asked", dialect: this.dialect() });
    if (this.password === undefined) this.ask(now);
    else this.respond(this.password, now);
  }

  private ask(now: number): void {
    if (this.asked >= this.plan.asks) {
      this.sink.fail(this.passwordNeeded("none is set"), now);
      return;
    }
    this.state = "asking";
    this.deadline = Number.POSITIVE_INFINITY;
    this.sink.ask(++this.asked);
  }

  private respond(password: string, now: number): void {
    const cnonce = this.plan.random(cnonceBytes(this.dialect()));
    this.state = "authenticating";
    this.superseded = false;
    this.deadline = now + this.plan.deadlines.auth;
    this.sink.send(authText(cnonce, authResponse(this.nonce, cnonce, password, this.hash)));
  }

  private rejected(text: string, now: number): void {
    this.spentNonce = this.nonce;
    if (this.superseded && !this.startedOver) {
      this.startOver(now);
      return;
    }
    this.refusedOnce = true;
    const otherHash = this.dialect() === "pbkdf2" && this.hash === "sha256";
    const askAgain = this.asked > 0 && this.asked < this.plan.asks;
    this.sink.emit({ event: "auth-failed", text: text.trim(), again: otherHash || askAgain });
    this.startedOver = false;
    if (otherHash) {
      this.hash = "md5";
      this.invite(now);
    } else if (askAgain) {
      this.hash = this.plan.passwordHash;
      this.refusedOnce = false;
      this.ask(now);
    } else this.sink.fail(this.wrongPassword(text), now);
  }

  private refused(text: string, now: number): void {
    // A board that limits attempts says so now; the cause is the password that it has just rejected.
    this.sink.fail(this.refusedOnce ? this.wrongPassword(text) : boardFault("invitation", text), now);
  }

  /** The invitation was repeated before the answer came, or a datagram was lost: the nonce in hand may be dead. */
  private startOver(now: number): void {
    this.startedOver = true;
    this.invite(now);
  }

  private accept(now: number): void {
    const authenticated = this.state === "authenticating" || this.nonce !== "";
    this.state = "accepted";
    this.deadline = Number.POSITIVE_INFINITY;
    if (authenticated) this.sink.emit({ event: "authenticated", dialect: this.dialect() });
    this.sink.accepted(now);
  }

  private dialect(): AuthDialect {
    return dialectOf(this.nonce) ?? "md5";
  }

  private where(): string {
    return `${this.plan.address}, UDP port ${this.plan.port}`;
  }

  private noAnswer(): UploadError {
    if (this.startedOver) return this.noAuthAnswer();
    const seconds = Math.round(this.plan.deadlines.invitation / 1000);
    const trouble = this.trouble === "" ? "" : ` (${this.trouble})`;
    const text = `No answer from ${this.where()} within ${seconds} s${trouble}.`;
    return new UploadError("invitation", "NO_ANSWER", text);
  }

  private noAuthAnswer(): UploadError {
    const text = `${this.where()} asked for the password but never answered to it.`;
    return new UploadError("authentication", "NO_AUTH_ANSWER", text);
  }

  private badAnswer(stage: "invitation" | "authentication", answer: string): UploadError {
    const text = `${this.where()} answered ${JSON.stringify(answer.slice(0, 100))}.`;
    return new UploadError(stage, "BAD_ANSWER", text, answer);
  }

  private passwordNeeded(why: string): UploadError {
    const text = `The board at ${this.plan.address} asks for a password and ${why}.`;
    return new UploadError("authentication", "PASSWORD_NEEDED", text);
  }

  private wrongPassword(answer: string): UploadError {
    const text = `The board at ${this.plan.address} refused the password: ${answer.trim()}`;
    return new UploadError("authentication", "AUTH_FAILED", text, answer);
  }
}
