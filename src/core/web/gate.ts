import { FaultNumber, fault } from "../errors.js";
import { parseBasic } from "./basic-auth.js";
import { type HttpHead, headerOf } from "./http-head.js";
import { isCrossSite, isOurHost } from "./origin.js";
import { faultReply, plain, type Reply, reply } from "./reply.js";
import { type WebHost, webPeer } from "./web-host.js";

function askForPassword(): Reply {
  return reply(
    401,
    plain,
    'WWW-Authenticate: Basic realm="Login Required", charset="UTF-8"\r\n',
    "The password of this board, please.\n",
  );
}

function forbidden(text: string): Reply {
  return reply(403, plain, "", `${text}\n`);
}

/**
 * Whether a request may come in, judged from its head alone, every request anew. What another site makes a browser
 * send is turned away before its password is looked at. @returns why not
 */
export function gate(host: WebHost, now: number, head: HttpHead): Reply | undefined {
  const name = headerOf(head, "host");
  if (name.length === 0) return reply(400, plain, "", "Host is missing\n");
  if (!isOurHost(name, host.name))
    return forbidden("This board does not go by that name. Use its address, or its own name.");
  if (head.method === "OPTIONS") return reply(204, plain, "Allow: GET, POST\r\n", "");
  if (head.method !== "GET" && head.method !== "POST")
    return reply(405, plain, "Allow: GET, POST\r\n", "GET or POST\n");
  if (head.method === "POST" && isCrossSite(head)) return forbidden("A page of another site sent this.");
  if (host.isOpen()) return undefined;
  const wait = host.limiter.waitMs(now, webPeer);
  if (wait > 0) {
    const seconds = Math.ceil(wait / 1000);
    const why = faultReply(
      fault(FaultNumber.TooManyAttempts, `wrong password too often, try again in ${seconds} s`),
      false,
    );
    return reply(why.status, why.type, `Retry-After: ${seconds}\r\n`, why.body);
  }
  const credentials = parseBasic(headerOf(head, "authorization"));
  if (credentials === undefined) return askForPassword();
  if (!host.accepts(credentials.user, credentials.password)) {
    host.limiter.failed(now, webPeer);
    host.notify({ event: "auth-failed", from: webPeer });
    return askForPassword();
  }
  if (head.method === "POST") {
    host.limiter.succeeded(webPeer);
    host.notify({ event: "authenticated", from: webPeer });
  }
  return undefined;
}
