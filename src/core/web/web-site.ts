import { type Fault, FaultNumber, fault } from "../errors.js";
import { decimal } from "../invitation.js";
import type { Offer } from "../offer.js";
import { isHex } from "../same-text.js";
import { RunPhase } from "../update-run.js";
import { gate } from "./gate.js";
import { bodyLength, type HttpHead, queryOf } from "./http-head.js";
import { faultReply, plain, type Reply, reply } from "./reply.js";
import { type WebHost, webPeer } from "./web-host.js";
import { WebStatus } from "./web-status.js";

/** What a request is for, once it may come in. */
export type Route =
  | { readonly to: "page" }
  | { readonly to: "upload"; readonly length: number }
  | { readonly to: "answer"; readonly reply: Reply };

/** Room for the heads of parts around an image, bytes. */
const mostAround = 4096;

/** The routes below one path, and what connections share. */
export class WebSite {
  readonly status: WebStatus;
  /** The offer that POST …/prepare made; the page asks for the status and so keeps it alive. */
  private prepared: Offer | undefined;

  constructor(readonly host: WebHost) {
    this.status = new WebStatus();
    this.prepared = undefined;
  }

  route(now: number, head: HttpHead): Route {
    const refused = gate(this.host, now, head);
    if (refused !== undefined) return { to: "answer", reply: refused };
    if (head.path !== this.host.path) return { to: "answer", reply: this.small(now, head) };
    return head.method === "GET" ? { to: "page" } : this.upload(head);
  }

  private small(now: number, head: HttpHead): Reply {
    const base = this.host.path;
    const isGet = head.method === "GET";
    if (head.path === `${base}/status` && isGet) {
      if (this.isOurs()) this.host.run.park(now);
      return this.statusReply(200);
    }
    if (head.path === `${base}/prepare` && !isGet) return this.prepare(now, head);
    if (head.path === "/" && isGet) return reply(302, plain, `Location: ${base}\r\n`, "");
    return reply(404, plain, "", `Nothing here but ${base}\n`);
  }

  private statusReply(code: number): Reply {
    return reply(code, "application/json", "", this.status.json(this.host));
  }

  /** Parked and not taken over by anybody else. */
  private isOurs(): boolean {
    const run = this.host.run;
    const waits = run.phase === RunPhase.Preparing || run.phase === RunPhase.Prepared;
    return waits && this.prepared !== undefined && run.offer === this.prepared;
  }

  /** The page asks before it sends, so that no byte has to be sent twice. Answered at once: 200 safe, 202 on the way. */
  private prepare(now: number, head: HttpHead): Reply {
    const md5 = queryOf(head, "md5");
    const size = decimal(queryOf(head, "size"));
    if (size < 0) return this.refused(fault(FaultNumber.Size, ""));
    if (md5.length > 0 && !isHex(md5, 32)) return this.refused(fault(FaultNumber.Md5, "not an MD5 given"));
    const offer: Offer = {
      command: queryOf(head, "kind") === "filesystem" ? 100 : 0,
      size: size,
      md5: md5.toLowerCase(),
      from: webPeer,
    };
    this.host.notify({ event: "invitation", from: webPeer, size: size });
    const why = this.host.run.begin(now, offer);
    if (why !== undefined) return this.refused(why);
    this.prepared = offer;
    this.host.run.park(now);
    return this.statusReply(this.host.run.phase === RunPhase.Prepared ? 200 : 202);
  }

  private refused(why: Fault): Reply {
    return faultReply(why, false);
  }

  private upload(head: HttpHead): Route {
    const length = bodyLength(head);
    if (length < 0) return { to: "answer", reply: reply(411, plain, "", "Content-Length is missing\n") };
    const firmware = this.host.freeSpace(0);
    const filesystem = this.host.freeSpace(100);
    const room = firmware > filesystem ? firmware : filesystem;
    if (length > room + mostAround)
      return { to: "answer", reply: faultReply(fault(FaultNumber.Space, ""), this.host.classicStatus) };
    return { to: "upload", length: length };
  }
}
