import { type Host, version } from "./device.js";
import type { Listener } from "./emitter.js";
import { openTcp, readableStream, serverMaker, type TcpSocket } from "./lib-net.js";
import { parseEspruinoUrl } from "./lib-url.js";
import type { Machine } from "./machine.js";
import { typeName } from "./values.js";

type Headers = Record<string, unknown>;

/** require("http") (libs/network/jswrap_http.c): one request a connection, "Connection: close" both ways. */
export function httpLibrary(host: Host): unknown {
  const { machine } = host;
  const request = (options: unknown, response: unknown, end: boolean): unknown => {
    if (typeof options !== "string" && (typeof options !== "object" || options === null))
      return machine.print(`ERROR: Expecting Options to be an Object but it was ${typeName(options)}`);
    const target = typeof options === "string" ? parseEspruinoUrl(options) : options;
    const call = clientRequest(host, target, response);
    if (end) call.end();
    return call.object;
  };
  return machine.object({
    createServer: serverMaker(host, (socket, handler) => serve(machine, socket, handler)),
    request: (options: unknown, response: unknown) => request(options, response, false),
    get: (options: unknown, response: unknown) => request(options, response, true),
  });
}

function serve(machine: Machine, socket: TcpSocket, handler: Listener): void {
  const response = serverResponse(machine, socket);
  const incoming = httpMessage(machine, false, ([method, url]) => {
    Object.assign(incoming.object, { method, url });
    machine.enter(() => machine.callEach([handler], undefined, [incoming.object, response]));
  });
  socket.onData = incoming.push;
  socket.onClose = () => {
    incoming.close();
    machine.enter(() => machine.emitters.queue(response, "close", false));
  };
}

function serverResponse(machine: Machine, socket: TcpSocket): Record<string, unknown> {
  const always: Headers = { Connection: "close" };
  let sent = false;
  let chunked = false;
  const writeHead = (status: unknown, headers: unknown): void => {
    if (sent) throw machine.realm.error("Error", "Headers have already been sent");
    sent = true;
    const all = { ...always, ...(headers as Headers | undefined) };
    chunked = all["Transfer-Encoding"] === "chunked";
    socket.write(`HTTP/1.1 ${Number(status)} OK\r\nServer: Espruino ${version}\r\n${headerLines(all)}\r\n`);
  };
  const write = (data: unknown): boolean => {
    if (!sent) writeHead(200, undefined);
    const text = data === undefined ? "" : String(data);
    if (text) socket.write(chunked ? `${text.length.toString(16)}\r\n${text}\r\n` : text);
    return false;
  };
  const response = machine.object({
    headersSent: false,
    setHeader: (name: unknown, value: unknown) => {
      always[String(name)] = value;
    },
    writeHead,
    write,
    end: (data: unknown) => {
      write(data);
      socket.end(chunked ? "0\r\n\r\n" : "");
    },
  });
  socket.onDrain = () => machine.emitters.queue(response, "drain", response);
  return response;
}

interface Target {
  readonly host?: string;
  readonly port?: number | null;
  readonly path?: string;
  readonly method?: string;
  readonly headers?: Headers;
}

function clientRequest(
  host: Host,
  { host: peer, port: wanted, path, method, headers: own }: Target,
  response: unknown,
): { object: Record<string, unknown>; end: () => void } {
  const { machine, realm } = host;
  const name = peer || "127.0.0.1";
  const port = Number(wanted) || 80;
  const incoming = httpMessage(machine, true, ([protocol, statusCode, ...words]) => {
    const httpVersion = protocol.slice(5);
    Object.assign(incoming.object, { httpVersion, statusCode, statusMessage: words.join(" ") });
    if (typeof response === "function")
      machine.enter(() => machine.callEach([response as Listener], object, [incoming.object]));
  });
  let body = "";
  let started = false;
  const end = (): void => {
    if (started) return;
    started = true;
    const headers: Headers = { "User-Agent": `Espruino ${version}`, Connection: "close", ...own };
    headers["Host"] ??= port === 80 ? name : `${name}:${port}`;
    const head = `${method ?? "GET"} ${path ?? "/"} HTTP/1.1\r\n${headerLines(headers)}\r\n`;
    const socket = openTcp(host, name, port, (open) => open.write(head + body));
    socket.onData = incoming.push;
    socket.onClose = incoming.close;
    socket.onError = (code, message) =>
      machine.emitters.queue(object, "error", realm.object({ code, message }));
  };
  const object = machine.object({
    write: (data: unknown) => {
      body += String(data);
      return false;
    },
    end: (data: unknown) => {
      if (data !== undefined) body += String(data);
      end();
    },
  });
  return { object, end };
}

function headerLines(headers: Headers): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${String(value)}\r\n`)
    .join("");
}

interface HttpMessage {
  readonly object: Record<string, unknown>;
  readonly push: (data: string) => void;
  /** The connection is gone. */
  readonly close: () => void;
}

/**
 * One HTTP message as it comes in, on either side: the head up to the blank line, then the body, in the pieces in
 * which TCP brought it. Names of headers stay as the peer wrote them.
 * @param endless a message without a length ends with the connection; otherwise it has no body
 * @param onHead called when the head is complete, with the two or three words of its first line
 */
function httpMessage(
  machine: Machine,
  endless: boolean,
  onHead: (first: readonly string[]) => void,
): HttpMessage {
  const { object, deliver } = readableStream(machine, {});
  let head = "";
  /** Bytes of the body that are missing; undefined before the head is complete. */
  let left: number | undefined;
  let ended = false;
  const end = (): void => {
    if (ended) return;
    ended = true;
    // one turn later: the handler that will listen for it may only be queued yet
    machine.enter(() => machine.emitters.queue(object, "end"));
  };
  /** @returns the body's bytes in `data` */
  const parseHead = (data: string): string => {
    head += data;
    const blank = head.indexOf("\r\n\r\n");
    if (blank < 0) return "";
    // the engine does not stop at the blank line: whole lines of the body that came with the head become headers, too
    const [first, ...lines] = head.split("\r\n").slice(0, -1);
    const headers: Record<string, string> = {};
    for (const line of lines) {
      const colon = line.indexOf(":");
      const name = line.slice(0, Math.max(colon, 0));
      const value = line.slice(colon + 1).trim();
      if (name !== "" && value !== "") headers[name] ??= value;
    }
    object["headers"] = machine.realm.object(headers);
    const length = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-length");
    left = length ? Number(length[1]) : endless ? Number.POSITIVE_INFINITY : 0;
    onHead(first.split(" "));
    return head.slice(blank + 4);
  };
  const push = (data: string): void => {
    const body = (left === undefined ? parseHead(data) : data).slice(0, left);
    if (left === undefined) return;
    left -= body.length;
    if (body) deliver(body);
    if (left === 0) end();
  };
  const close = (): void => {
    end();
    machine.enter(() => machine.emitters.queue(object, "close", false));
  };
  return { object, push, close };
}
