import type { Bytes } from "../ports.js";
import { Exchange, type PullLink } from "./exchange.js";
import type { PullJudges, PullPlan } from "./pull-plan.js";
import { mayKnowPassword, type PullUrl, urlText } from "./pull-url.js";
import { pullRequest } from "./request.js";

/** Redirects that are followed in a row. */
const mostRedirects = 5;

/** Asks for the image or a part of it, wherever the server sends it on to. */
export class Asker {
  readonly exchange: Exchange;
  private url: PullUrl;
  private visited: string[];
  private range: string;
  private tag: string;

  constructor(
    bytes: Bytes,
    link: PullLink,
    private readonly plan: PullPlan,
    private readonly judges: PullJudges,
  ) {
    this.exchange = new Exchange(bytes, link, plan.times);
    this.url = plan.url;
    this.visited = [];
    this.range = "";
    this.tag = "";
  }

  /** @param range and its entity tag as pullRequest takes them. Begins where the last answer came from. */
  ask(now: number, range: string, tag: string): void {
    this.range = range;
    this.tag = tag;
    this.visited = [];
    this.send(now);
  }

  /** Asks the same somewhere else, with all that the board says of itself. @returns why not, or "" */
  follow(now: number, location: string): string {
    const to = this.judges.redirected(this.url, location);
    if (typeof to === "string") return to;
    this.visited[this.visited.length] = urlText(this.url);
    for (const seen of this.visited) if (seen === urlText(to)) return "redirects in a circle";
    if (this.visited.length > mostRedirects) return `more than ${mostRedirects} redirects`;
    this.exchange.stop();
    this.url = to;
    this.send(now);
    return "";
  }

  private send(now: number): void {
    const plan = this.plan;
    const password = mayKnowPassword(plan.url, this.url) ? plan.authorization : "";
    const request = pullRequest(this.url, plan.introduction, password, this.range, this.tag);
    this.exchange.start(now, this.url, request);
  }
}
