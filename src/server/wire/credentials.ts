import { createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";

/** The credentials that the server accepts; tokens are kept as SHA-256 only, the password as `passwordHash`. */
export interface ServerSecrets {
  /** Everyone may poll and read, without credentials. */
  readonly open: boolean;
  readonly user: string | undefined;
  readonly passwordHash: string | undefined;
  /** Tokens that every board may use, unless it has its own. */
  readonly tokenHashes: readonly string[];
}

/** Lower-case hex. Tokens are long and random, so that a plain hash of them reveals nothing. */
export function secretHash(secret: string): string {
  return createHash("sha256").update(secret, "utf8").digest("hex");
}

const salt = randomBytes(32);

/** A password may be short: its hash is good for this process only, and stands nowhere but in its memory. */
export function passwordHash(password: string): string {
  return createHmac("sha256", salt).update(password, "utf8").digest("hex");
}

function sameHash(left: string, right: string): boolean {
  return left.length === right.length && timingSafeEqual(Buffer.from(left), Buffer.from(right));
}

interface Presented {
  readonly user: string;
  readonly secret: string;
  readonly bearer: boolean;
}

/** `Basic` as ESPhttpUpdate's setAuthorization makes it, or `Bearer TOKEN`. */
function presented(authorization: string | undefined): Presented | undefined {
  const match = /^(Basic|Bearer) +([\x21-\x7e]{1,512})$/i.exec(authorization ?? "");
  if (match === null) return undefined;
  const [, scheme = "", value = ""] = match;
  if (scheme.toLowerCase() === "bearer") return { user: "", secret: value, bearer: true };
  const text = Buffer.from(value, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { user: text.slice(0, colon), secret: text.slice(colon + 1), bearer: false };
}

/**
 * Whether a board may poll. A board with its own token must send that one: as Bearer, or as the password of Basic with any
 * user, which is all that the original client can send.
 * @param ownHash hash of the board's own token, when it has one
 */
export function boardMayPoll(
  secrets: ServerSecrets,
  authorization: string | undefined,
  ownHash: string | null,
): boolean {
  const shown = presented(authorization);
  if (ownHash !== null) return shown !== undefined && sameHash(secretHash(shown.secret), ownHash);
  return secrets.open || isShared(secrets, shown);
}

/** Status page and API: the shared user or a shared token; a board's own token opens nothing but the board's update. */
export function operatorMayRead(secrets: ServerSecrets, authorization: string | undefined): boolean {
  return secrets.open || isShared(secrets, presented(authorization));
}

/** Every comparison is made, whatever the first one's result is. */
function isShared(secrets: ServerSecrets, shown: Presented | undefined): boolean {
  if (shown === undefined) return false;
  const hash = secretHash(shown.secret);
  let known = false;
  for (const one of secrets.tokenHashes) if (sameHash(hash, one)) known = true;
  if (secrets.user === undefined || secrets.passwordHash === undefined || shown.bearer) return known;
  const user = sameHash(secretHash(shown.user), secretHash(secrets.user));
  const password = sameHash(passwordHash(shown.secret), secrets.passwordHash);
  return known || (user && password);
}
