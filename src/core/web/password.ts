import { type Fault, FaultNumber, fault } from "../errors.js";
import { parseBasic } from "./basic-auth.js";
import { plain, type Reply } from "./reply.js";
import { type PasswordHost, webPeer } from "./web-host.js";

/**
 * Whether the password is right, every request anew.
 * @param credentials what came as Authorization
 * @returns why not
 */
export function password(
  host: PasswordHost,
  now: number,
  credentials: string,
  isPost: boolean,
): Reply | Fault | undefined {
  if (host.isOpen) return undefined;
  const wait = host.limiter.waitMs(now, webPeer);
  if (wait > 0) {
    const seconds = Math.ceil(wait / 1000);
    const text = `wrong password too often, try again in ${seconds} s`;
    const why = fault(FaultNumber.TooManyAttempts, text);
    return { number: why.number, code: why.code, text: why.text, seconds: seconds };
  }
  const known = parseBasic(credentials);
  if (known !== undefined && host.accepts(known.user, known.password)) {
    if (!isPost) return undefined;
    host.limiter.succeeded(webPeer);
    host.notify({ event: "authenticated", from: webPeer });
    return undefined;
  }
  if (known !== undefined) {
    host.limiter.failed(now, webPeer);
    host.notify({ event: "auth-failed", from: webPeer });
  }
  const ask = 'WWW-Authenticate: Basic realm="Login Required", charset="UTF-8"\r\n';
  return { status: 401, type: plain, headers: ask, body: "The password of this board, please.\n" };
}
