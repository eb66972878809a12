import { createHash, pbkdf2Sync } from "node:crypto";
import { boundCnonce } from "../../core/espota/bound.js";
import {
  type AuthDialect,
  authText,
  Command,
  dialectOf,
  type Invitation,
  invitationText,
  parseReply,
  pbkdf2Iterations,
} from "../../core/espota/wire.js";
import type { PasswordHash, UploadPlan, UploadWork } from "../options.js";
import type { Link } from "./link.js";
import { boardFault, UploadError } from "./upload-error.js";

/**
 * From the invitation to the board's OK. Datagrams get lost, come twice and come late; every reply is
 * judged by what is being waited for.
 */
export class Handshake {
  /** When `tick` wants to be called, ms. */
  deadline = Number.POSITIVE_INFINITY;
  private state: "idle" | "inviting" | "asking" | "authenticating" | "accepted" = "idle";
  private giveUpAt = 0;
  private attempt = 0;
  private nonce = "";
  /** The board wants the invitation again with the answer. */
  private isBound = false;
  private spentNonce = "";
  private nonceSince = 0;
  /** The board issued another nonce after the one that was answered. */
  private superseded = false;
  /** One fresh start is allowed for each password and hash when an answer got lost or was overtaken. */
  private startedOver = false;
  private refusedOnce = false;
  private asked = 0;
  private password: string | undefined;
  /** What a PBKDF2 board is supposed to keep: `sha256` is tried first, then `md5`. */
  private hash: PasswordHash;
  private trouble = "";
  /** The board has connected, and its OK has not come yet. */
  connectedEarly = false;

  private readonly plan: UploadPlan;
  private readonly link: Link;

  /**
   * @param accepted the board accepted the invitation
   * @param askPassword for the n-th time, from 1; `passwordGiven` takes the answer
   */
  constructor(
    private readonly work: UploadWork,
    private readonly accepted: () => void,
    private readonly askPassword: (attempt: number) => void,
  ) {
    this.plan = work.plan;
    this.link = work.link;
    this.password = work.plan.password;
    this.hash = work.plan.passwordHash;
  }

  invite(): void {
    if (this.connectedEarly) this.link.drop();
    this.connectedEarly = false;
    this.state = "inviting";
    this.attempt = 0;
    this.giveUpAt = this.plan.clock.now() + this.plan.deadlines.invitation;
    this.sendInvitation();
  }

  /**
   * The board has connected, or who else has its address. With a password its OK counts and no connection: one that
   * overtakes the OK waits for it, and before the answer to the challenge none is taken. Without a password the OK may
   * also be lost.
   * @returns whether the connection is kept
   */
  takesConnection(): boolean {
    if (this.state === "inviting" && this.password === undefined && this.nonce === "") this.accept();
    this.connectedEarly = this.state === "authenticating";
    return this.connectedEarly || this.state === "accepted";
  }

  /** Nothing listens at the port; the board may be restarting, so this is only remembered. */
  unreachable(reason: string): void {
    this.trouble = reason;
  }

  datagram(text: string): void {
    const reply = parseReply(text);
    if (this.state === "accepted") {
      if (reply.kind === "refused") this.work.fail(boardFault("connection", text));
    } else if (this.state === "authenticating") {
      if (reply.kind === "ok") this.accept();
      else if (reply.kind === "auth-failed") this.rejected(text);
      else if (reply.kind === "challenge") this.superseded ||= reply.nonce !== this.nonce;
      else if (reply.kind === "refused") this.work.fail(boardFault("authentication", text));
      else this.badAnswer("authentication", text);
    } else if (this.state === "inviting") {
      if (reply.kind === "ok") this.unchallenged();
      else if (reply.kind === "challenge") this.challenged(reply.nonce, reply.bound);
      else if (reply.kind === "refused") this.refused(text);
      else if (reply.kind === "unknown" || this.nonce === "") this.badAnswer("invitation", text);
      else if (this.nonce !== this.spentNonce) this.rejected(text);
    }
  }

  passwordGiven(password: string | undefined): void {
    if (this.state !== "asking") return;
    if (password === undefined) {
      this.passwordNeeded("none was given");
      return;
    }
    this.password = password;
    const isStale = this.plan.clock.now() - this.nonceSince > this.plan.deadlines.nonceAge;
    if (this.nonce === this.spentNonce || isStale) this.invite();
    else this.respond(password);
  }

  tick(): void {
    const now = this.plan.clock.now();
    if (now < this.deadline) return;
    if (this.state === "inviting" && now < this.giveUpAt) this.sendInvitation();
    else if (this.state === "inviting") this.noAnswer();
    else if (this.state === "authenticating" && !this.startedOver) this.startOver();
    else if (this.state === "authenticating") this.noAuthAnswer();
  }

  private sendInvitation(): void {
    this.attempt++;
    this.deadline = Math.min(this.plan.clock.now() + this.plan.deadlines.invitationRetry, this.giveUpAt);
    const { attempt } = this;
    const { address, hostAddress, hostPort } = this.link;
    const { to } = this.plan;
    const invitation = this.invitation();
    const { size, md5 } = invitation;
    this.link.send(invitationText(invitation));
    this.work.emit({ event: "invited", address, port: to.port, hostAddress, hostPort, size, md5, attempt });
  }

  private invitation(): Invitation {
    const { image, md5, filesystem } = this.plan;
    const command = filesystem ? Command.Filesystem : Command.Flash;
    return { command, port: this.link.hostPort, size: image.length, md5, needsGap: false, bound: true };
  }

  /** An OK that no password was asked for, or one that was under way when the board was invited again. `sluice espota` gives "" for none. */
  private unchallenged(): void {
    if ((this.password ?? "") === "" || this.nonce !== "") this.accept();
    else this.work.fail(new UploadError("authentication", "NOT_ASKED", `${this.where()} took no password.`));
  }

  private challenged(nonce: string, isBound: boolean): void {
    if (nonce === this.spentNonce) return;
    this.nonce = nonce;
    this.isBound = isBound;
    this.nonceSince = this.plan.clock.now();
    this.work.emit({ event: "auth-asked", dialect: this.dialect() });
    if (this.password === undefined) this.ask();
    else this.respond(this.password);
  }

  /** How often `askPassword` may be called. */
  private mostAsked(): number {
    return this.plan.askPassword === undefined ? 0 : this.plan.passwordTries;
  }

  private ask(): void {
    if (this.asked >= this.mostAsked()) {
      this.passwordNeeded("none is set");
      return;
    }
    this.state = "asking";
    this.deadline = Number.POSITIVE_INFINITY;
    this.askPassword(++this.asked);
  }

  private respond(password: string): void {
    const meant = this.invitation();
    // The board wants as many hex digits as its own nonce has.
    const random = this.plan.random(this.nonce.length / 2);
    const cnonce = boundCnonce((text) => hex("md5", text), this.nonce, random, meant);
    this.state = "authenticating";
    this.superseded = false;
    this.deadline = this.plan.clock.now() + this.plan.deadlines.auth;
    const response = authResponse(this.nonce, cnonce, password, this.hash);
    this.link.send(authText({ cnonce, response, meant: this.isBound ? meant : undefined }));
  }

  private rejected(text: string): void {
    this.spentNonce = this.nonce;
    if (this.superseded && !this.startedOver) {
      this.startOver();
      return;
    }
    this.refusedOnce = true;
    const otherHash = this.dialect() === "pbkdf2" && this.hash === "sha256";
    const askAgain = this.asked > 0 && this.asked < this.mostAsked();
    this.work.emit({ event: "auth-failed", text: text.trim(), again: otherHash || askAgain });
    this.startedOver = false;
    if (otherHash) {
      this.hash = "md5";
      this.invite();
    } else if (askAgain) {
      this.hash = this.plan.passwordHash;
      this.refusedOnce = false;
      this.ask();
    } else this.wrongPassword(text);
  }

  private refused(text: string): void {
    // A board that limits attempts refuses now; the cause is the password that it has just rejected.
    if (this.refusedOnce) this.wrongPassword(text);
    else this.work.fail(boardFault("invitation", text));
  }

  /** The invitation was repeated before the answer came, or a datagram was lost: the nonce in hand may be dead. */
  private startOver(): void {
    this.startedOver = true;
    this.invite();
  }

  private accept(): void {
    const authenticated = this.state === "authenticating" || this.nonce !== "";
    this.state = "accepted";
    this.deadline = Number.POSITIVE_INFINITY;
    if (authenticated) this.work.emit({ event: "authenticated", dialect: this.dialect() });
    this.accepted();
  }

  private dialect(): AuthDialect {
    return dialectOf(this.nonce) ?? "md5";
  }

  private where(): string {
    return `${this.link.address}, UDP port ${this.plan.to.port}`;
  }

  private noAnswer(): void {
    if (this.startedOver) {
      this.noAuthAnswer();
      return;
    }
    const seconds = Math.round(this.plan.deadlines.invitation / 1000);
    const trouble = this.trouble === "" ? "" : ` (${this.trouble})`;
    const text = `No answer from ${this.where()} within ${seconds} s${trouble}.`;
    this.work.fail(new UploadError("invitation", "NO_ANSWER", text));
  }

  private noAuthAnswer(): void {
    const text = `${this.where()} asked for the password but never answered to it.`;
    this.work.fail(new UploadError("authentication", "NO_AUTH_ANSWER", text));
  }

  private badAnswer(stage: "invitation" | "authentication", answer: string): void {
    const text = `${this.where()} answered ${JSON.stringify(answer.slice(0, 100))}.`;
    this.work.fail(new UploadError(stage, "BAD_ANSWER", text, answer));
  }

  private passwordNeeded(why: string): void {
    const text = `The board at ${this.link.address} asks for a password and ${why}.`;
    this.work.fail(new UploadError("authentication", "PASSWORD_NEEDED", text));
  }

  private wrongPassword(answer: string): void {
    const text = `The board at ${this.link.address} refused the password: ${answer.trim()}`;
    this.work.fail(new UploadError("authentication", "AUTH_FAILED", text, answer));
  }
}

/**
 * What proves the password: hex, 32 digits in the MD5 dialect and 64 in the other. `nonce` and `cnonce` are hex texts
 * and hashed as such. In the MD5 dialect `kept` does not matter: the board has an MD5 of the password there.
 */
export function authResponse(nonce: string, cnonce: string, password: string, kept: PasswordHash): string {
  if (dialectOf(nonce) !== "pbkdf2") return hex("md5", `${hex("md5", password)}:${nonce}:${cnonce}`);
  const secret = hex(kept, password);
  const derived = pbkdf2Sync(secret, `${nonce}:${cnonce}`, pbkdf2Iterations, 32, "sha256").toString("hex");
  return hex("sha256", `${derived}:${nonce}:${cnonce}`);
}

function hex(algorithm: PasswordHash, text: string): string {
  return createHash(algorithm).update(text, "utf8").digest("hex");
}
