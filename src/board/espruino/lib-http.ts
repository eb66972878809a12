import { type Device, version } from "./device.js";
import type { Listener } from "./emitter.js";
import { openTcp, readableStream, serverMaker, type TcpSocket } from "./lib-net.js";
import { parseEspruinoUrl } from "./lib-url.js";
import type { Machine } from "./machine.js";
import { typeName } from "./values.js";

type Headers = Record<string, unknown>;

/** require("http") (libs/network/jswrap_http.c): one request a connection, "Connection: close" both ways. */
export function httpLibrary(machine: Machine, device: Device): unknown {
  const request = (options: unknown, response: unknown, end: boolean): unknown => {
    if (typeof options !== "string" && (typeof options !== "object" || options === null))
      return machine.print(`ERROR: Expecting Options to be an Object but it was ${typeName(options)}`);
    const call = clientRequest(machine, device, targetOf(options), response);
    if (end) call.end();
    return call.object;
  };
  return machine.object({
    createServer: serverMaker(machine, device, (socket, handler) => serve(machine, socket, handler)),
    request: (options: unknown, response: unknown) => request(options, response, false),
    get: (options: unknown, response: unknown) => request(options, response, true),
  });
}

function serve(machine: Machine, socket: TcpSocket, handler: Listener): void {
  const incoming = new HttpIncoming(machine, false);
  const response = serverResponse(machine, socket);
  incoming.onHead = ([method, url]) => {
    incoming.object["method"] = method;
    incoming.object["url"] = url;
    machine.enter(() => machine.callEach([handler], undefined, [incoming.object, response]));
  };
  socket.onData = (data) => incoming.push(data);
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
  readonly host: string;
  readonly port: number;
  readonly path: string;
  readonly method: string;
  readonly headers: Headers;
}

function targetOf(options: unknown): Target {
  const given = (typeof options === "string" ? parseEspruinoUrl(options) : options) as Partial<Target>;
  return {
    host: given.host || "127.0.0.1",
    port: Number(given.port) || 80,
    path: given.path ?? "/",
    method: given.method ?? "GET",
    headers: given.headers ?? {},
  };
}

function clientRequest(
  machine: Machine,
  device: Device,
  target: Target,
  response: unknown,
): { object: Record<string, unknown>; end: () => void } {
  const incoming = new HttpIncoming(machine, true);
  let body = "";
  let started = false;
  const end = (): void => {
    if (started) return;
    started = true;
    const socket = openTcp(machine, device, target.host, target.port, (open) => open.write(head() + body));
    socket.onData = (data) => incoming.push(data);
    socket.onClose = () => incoming.close();
    socket.onError = (code, message) =>
      machine.emitters.queue(object, "error", machine.realm.object({ code, message }));
  };
  const head = (): string => {
    const host = target.port === 80 ? target.host : `${target.host}:${target.port}`;
    const headers: Headers = { "User-Agent": `Espruino ${version}`, Connection: "close", ...target.headers };
    headers["Host"] ??= host;
    return `${target.method} ${target.path} HTTP/1.1\r\n${headerLines(headers)}\r\n`;
  };
  incoming.onHead = ([protocol, status, ...words]) => {
    incoming.object["httpVersion"] = protocol.slice(5);
    incoming.object["statusCode"] = status;
    incoming.object["statusMessage"] = words.join(" ");
    if (typeof response === "function")
      machine.enter(() => machine.callEach([response as Listener], object, [incoming.object]));
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

/**
 * One HTTP message as it comes in, on either side: the head up to the blank line, then the body, in the pieces in
 * which TCP brought it. Names of headers stay as the peer wrote them; a body without length ends with the connection.
 */
class HttpIncoming {
  readonly object: Record<string, unknown>;
  readonly #machine: Machine;
  readonly #endless: boolean;
  readonly #deliver: (data: string) => void;
  #head = "";
  #body = false;
  #left: number | undefined;
  #ended = false;
  /** Called when the head is complete; `first` holds the two or three words of its first line. */
  onHead: (first: readonly string[]) => void = () => undefined;

  /** @param endless a message without a length ends with the connection; otherwise it has no body */
  constructor(machine: Machine, endless: boolean) {
    this.#machine = machine;
    this.#endless = endless;
    const { object, deliver } = readableStream(machine, {});
    this.object = object;
    this.#deliver = deliver;
  }

  push(data: string): void {
    if (this.#body) this.#pushBody(data);
    else {
      this.#head += data;
      const end = this.#head.indexOf("\r\n\r\n");
      if (end < 0) return;
      const rest = this.#head.slice(end + 4);
      this.#parseHead(this.#head);
      this.#body = true;
      this.#pushBody(rest);
    }
  }

  /** The connection is gone. */
  close(): void {
    this.#end();
    this.#machine.enter(() => this.#machine.emitters.queue(this.object, "close", false));
  }

  /** The engine does not stop at the blank line: whole lines of the body that came with the head become headers, too. */
  #parseHead(all: string): void {
    const [first, ...lines] = all.split("\r\n").slice(0, -1);
    const headers: Record<string, string> = {};
    for (const line of lines) {
      const colon = line.indexOf(":");
      const name = line.slice(0, Math.max(colon, 0));
      const value = line.slice(colon + 1).trim();
      if (name !== "" && value !== "") headers[name] ??= value;
    }
    this.object["headers"] = this.#machine.realm.object(headers);
    const length = Object.entries(headers).find(([name]) => name.toLowerCase() === "content-length");
    this.#left = length ? Number(length[1]) : undefined;
    this.onHead(first.split(" "));
  }

  #pushBody(data: string): void {
    const body = this.#left === undefined ? (this.#endless ? data : "") : data.slice(0, this.#left);
    if (this.#left !== undefined) this.#left -= body.length;
    if (body) this.#deliver(body);
    if (this.#left === 0 || (this.#left === undefined && !this.#endless)) this.#end();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    // one turn later: the handler that will listen for it may only be queued yet
    this.#machine.enter(() => this.#machine.emitters.queue(this.object, "end"));
  }
}
