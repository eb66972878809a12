import { toText } from "./bytes.js";
import type { Device } from "./device.js";
import type { Listener } from "./emitter.js";
import { HttpIncoming } from "./http-incoming.js";
import { openTcp, serverObject } from "./lib-net.js";
import { parseUrl } from "./lib-url.js";
import type { Machine } from "./machine.js";
import type { TcpSocket } from "./tcp-socket.js";
import { typeName } from "./type-name.js";
import { version } from "./version.js";

type Headers = Record<string, unknown>;

/** require("http") (libs/network/jswrap_http.c): one request a connection, "Connection: close" both ways. */
export function httpLibrary(machine: Machine, device: Device): unknown {
  const { realm } = machine;
  const request = (options: unknown, response: unknown, end: boolean): unknown => {
    if (typeof options !== "string" && (typeof options !== "object" || options === null))
      return machine.print(`ERROR: Expecting Options to be an Object but it was ${typeName(options)}`);
    const call = clientRequest(machine, device, targetOf(options), response);
    if (end) call.end();
    return call.object;
  };
  return realm.object({
    createServer: machine.api((handler: unknown) => {
      if (typeof handler !== "function")
        return machine.print(`ERROR: Expecting Callback Function but got ${typeName(handler)}`);
      return serverObject(machine, device, (socket) => serve(machine, socket, handler as Listener));
    }),
    request: machine.api((options: unknown, response: unknown) => request(options, response, false)),
    get: machine.api((options: unknown, response: unknown) => request(options, response, true)),
  });
}

function serve(machine: Machine, socket: TcpSocket, handler: Listener): void {
  const incoming = new HttpIncoming(machine);
  const response = serverResponse(machine, socket);
  incoming.onHead = ([method, url]) => {
    incoming.object["method"] = method;
    incoming.object["url"] = url;
    machine.soon(() => machine.callEach([handler], undefined, [incoming.object, response]));
  };
  socket.onData = (data) => incoming.push(data);
  socket.onClose = () => {
    incoming.close();
    machine.soon(() => machine.emitters.queue(response, "close", false));
  };
}

function serverResponse(machine: Machine, socket: TcpSocket): Record<string, unknown> {
  const { realm } = machine;
  const always: Headers = { Connection: "close" };
  let sent = false;
  let chunked = false;
  const writeHead = (status: unknown, headers: unknown): void => {
    if (sent) throw realm.error("Error", "Headers have already been sent");
    sent = true;
    const all = { ...always, ...(headers as Headers | undefined) };
    chunked = all["Transfer-Encoding"] === "chunked";
    socket.write(`HTTP/1.1 ${Number(status)} OK\r\nServer: Espruino ${version}\r\n${headerLines(all)}\r\n`);
  };
  const write = (data: unknown): boolean => {
    if (!sent) writeHead(200, undefined);
    const text = data === undefined ? "" : toText(data);
    if (text) socket.write(chunked ? `${text.length.toString(16)}\r\n${text}\r\n` : text);
    return false;
  };
  const response = realm.object({
    headersSent: false,
    setHeader: machine.api((name: unknown, value: unknown) => {
      always[String(name)] = value;
    }),
    writeHead: machine.api(writeHead),
    write: machine.api(write),
    end: machine.api((data: unknown) => {
      write(data);
      socket.end(chunked ? "0\r\n\r\n" : "");
    }),
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
  const given = (typeof options === "string" ? parseUrl(options) : options) as Partial<Target>;
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
  const incoming = new HttpIncoming(machine);
  incoming.endless = true;
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
      machine.soon(() => machine.callEach([response as Listener], object, [incoming.object]));
  };
  const object: Record<string, unknown> = machine.realm.object({
    write: machine.api((data: unknown) => {
      body += toText(data);
      return false;
    }),
    end: machine.api((data: unknown) => {
      if (data !== undefined) body += toText(data);
      end();
    }),
  });
  return { object, end };
}

function headerLines(headers: Headers): string {
  return Object.entries(headers)
    .map(([name, value]) => `${name}: ${String(value)}\r\n`)
    .join("");
}
