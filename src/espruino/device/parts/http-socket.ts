import { find } from "../../../core/text.js";
import { isPlain, isToken } from "../../../core/web/head.js";
import type { Part, PartTypes } from "../resident/resident.js";
import type { HttpRequest } from "../sluice.js";

/** `HTTP/1.1 200 OK` and header lines, as `writeHead` takes them. */
function headOf(text: string): { status: number; headers: Record<string, string> } {
  const lines = text.split("\r\n");
  const headers: Record<string, string> = {};
  for (let i = 1; i < lines.length; i++) {
    const colon = lines[i].indexOf(":");
    headers[lines[i].slice(0, colon)] = lines[i].slice(colon + 1).trim();
  }
  return { status: Number(lines[0].split(" ")[1]), headers: headers };
}

/**
 * The head as it may have come: the engine has taken it to pieces. What of the body has come with it, the engine takes
 * for more headers (libs/network/socketserver.c, httpParseHeaders), so that a form's parts bring theirs: the first of a
 * name is the request's own, and what can be no header is none.
 */
function requestText(request: HttpRequest): string {
  let text = `${request.method} ${request.url} HTTP/1.1\r\n`;
  let seen = "\n";
  for (const name of Object.keys(request.headers)) {
    const mark = `${name.toLowerCase()}\n`;
    const value = request.headers[name];
    if (!isToken(name) || !isPlain(value) || find(seen, `\n${mark}`, 0) >= 0) continue;
    seen += mark;
    text += `${name}: ${value}\r\n`;
  }
  return `${text}\r\n`;
}

/**
 * A request of the application's own HTTP server, as the connection it came on. What the engine does by itself stays
 * its own: it waits for the head without a limit, and `100 Continue` cannot be sent.
 */
export const httpSocket: PartTypes[Part.HttpSocket] = (request, response) => {
  let begun = false;

  function write(text: string): boolean {
    if (begun) return response.write(text);
    const end = text.indexOf("\r\n\r\n");
    const head = headOf(text.slice(0, end));
    if (head.status < 200) return false;
    begun = true;
    response.writeHead(head.status, head.headers);
    return response.write(text.slice(end + 4));
  }

  function on(event: string, listener: (detail: never) => void): void {
    const handler = listener as (detail?: unknown) => void;
    if (event === "data") {
      handler(requestText(request));
      request.on("data", handler);
    } else if (event === "drain") response.on("drain", handler);
    else if (event === "close") request.on("close", handler);
  }

  function end(text?: string): void {
    if (text !== undefined) write(text);
    response.end();
  }

  return { on: on, write: write, end: end };
};
