import { type ServerResponse, STATUS_CODES } from "node:http";

/** A complete answer. Header names go out as written here, in this order. */
export interface HttpReply {
  readonly status: number;
  readonly reason?: string | undefined;
  readonly headers: readonly (readonly [string, string])[];
  /** "" sends no body and no Content-Type. */
  readonly body: string;
}

export function text(status: number, body: string, extra: Partial<HttpReply> = {}): HttpReply {
  return {
    status,
    ...extra,
    headers: [...(extra.headers ?? []), ["Content-Type", "text/plain; charset=utf-8"]],
    body,
  };
}

export function json(status: number, value: unknown): HttpReply {
  return {
    status,
    headers: [["Content-Type", "application/json; charset=utf-8"]],
    body: `${JSON.stringify(value)}\n`,
  };
}

/** 503 with Retry-After: the database is gone, or the image is being replaced. */
export function comeBack(seconds: number, why: string): HttpReply {
  return text(503, `${why}\n`, { headers: [["Retry-After", String(seconds)]] });
}

/**
 * The last headers of every answer: no caching or recompression on the way, the time (for boards without a clock), and
 * the end of the connection, as the original clients request.
 */
export function lastHeaders(now: number): [string, string][] {
  return [
    ["Cache-Control", "no-store, no-transform"],
    ["Date", new Date(now).toUTCString()],
    ["Connection", "close"],
  ];
}

/** Sends it with a Content-Length, never chunked. 204 and 304 have neither body nor length. */
export function sendReply(response: ServerResponse, reply: HttpReply, now: number, withBody = true): void {
  const bodyless = reply.status === 204 || reply.status === 304;
  const body = bodyless ? Buffer.alloc(0) : Buffer.from(reply.body, "utf8");
  const kept = body.length > 0 ? reply.headers : reply.headers.filter(([name]) => name !== "Content-Type");
  const length: [string, string][] = bodyless ? [] : [["Content-Length", String(body.length)]];
  writeHead(response, reply.status, reply.reason, [...kept, ...length, ...lastHeaders(now)]);
  response.end(withBody ? body : undefined);
}

export function writeHead(
  response: ServerResponse,
  status: number,
  reason: string | undefined,
  headers: readonly (readonly [string, string])[],
): void {
  response.sendDate = false;
  response.writeHead(status, reason ?? STATUS_CODES[status] ?? "", headers.flat());
}
