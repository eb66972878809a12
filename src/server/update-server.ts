import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { type AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import { type Certificate, closeServer, listen, makeServer } from "../node/http-server.js";
import { answerPoll, type BoardEndpointOptions } from "./board-endpoint.js";
import type { Fleet } from "./db/fleet.js";
import type { OnServerEvent } from "./events.js";
import { ImageFolder } from "./images/image-folder.js";
import { defaultUnknown, NewBoards } from "./new-boards.js";
import { answerOperator } from "./operator-endpoint.js";
import { comeBack, type HttpReply, lastHeaders, sendReply, text } from "./reply.js";
import { receiveReport, unauthorized } from "./report-endpoint.js";
import { operatorMayRead, type ServerSecrets } from "./wire/credentials.js";
import { pathSegments } from "./wire/names.js";

export interface UpdateServerOptions {
  /** Folder of images. */
  readonly folder: string;
  readonly fleet: Fleet;
  readonly secrets: ServerSecrets;
  /** Without it plain HTTP. */
  readonly tls?: Certificate | undefined;
  readonly onEvent?: OnServerEvent;
  readonly now?: () => number;
  /** How often an image is sent to a board that does not install it. Default 3. */
  readonly tries?: number | undefined;
  /** Limits of boards that no operator has touched. */
  readonly unknown?: { [Name in keyof typeof defaultUnknown]?: number | undefined } | undefined;
  /** Addresses of proxies, whose X-Forwarded-For counts. */
  readonly trustProxy?: readonly string[] | undefined;
  /** ms */
  readonly patience?: Partial<typeof defaultPatience>;
}

const defaultPatience = {
  /** For a request's head; all of a request has twice that. */
  headMs: 10_000,
  /** How long a board may take no byte of an image. It closes its valves and erases its flash meanwhile. */
  idleMs: 120_000,
  /** How old what is known of the folder may be. */
  folderMs: 1000,
};

/** A board's request has about 700 bytes of head. */
const headLimit = 8192;
/** Seconds after which a board is to try again. */
const databaseBack = 30;

/** The update server: boards, their reports, a page and an API at one port. */
export class UpdateServer {
  readonly folder: ImageFolder;
  private readonly server: Server;
  private readonly shared: BoardEndpointOptions;

  constructor(options: UpdateServerOptions) {
    const patience = { ...defaultPatience, ...options.patience };
    const { fleet, secrets, tries = 3, now = Date.now, onEvent = () => undefined } = options;
    const { trustProxy = [] } = options;
    const newBoards = new NewBoards(fleet, now, {
      most: options.unknown?.most ?? defaultUnknown.most,
      perHour: options.unknown?.perHour ?? defaultUnknown.perHour,
      days: options.unknown?.days ?? defaultUnknown.days,
    });
    this.folder = new ImageFolder(options.folder, {
      now,
      restMs: patience.folderMs,
      onChange: ({ images, refused }) => onEvent({ event: "images", sound: images.length, refused }),
    });
    let isReported = false;
    const onNameless = (mac: string, address: string): void => {
      if (isReported) return;
      isReported = true;
      const text = `${address} polls as ${mac}, which is no board's own: such boards get images uncounted`;
      onEvent({ event: "trouble", text });
    };
    const { folder } = this;
    this.shared = {
      fleet,
      folder,
      secrets,
      tries,
      idleMs: patience.idleMs,
      now,
      onEvent,
      onNameless,
      trustProxy,
      newBoards,
    };
    const timing = {
      headersTimeout: patience.headMs,
      requestTimeout: patience.headMs * 2,
      keepAliveTimeout: 1000,
    };
    const onSurplus = (address: string): void =>
      onEvent({ event: "trouble", text: `${address} has too many connections; the surplus is refused` });
    const limits = { trustProxy, onSurplus };
    this.server = makeServer({ maxHeaderSize: headLimit, ...timing }, options.tls, limits);
    this.server.on("request", (request, response) => void this.answer(request, response));
    this.server.on("clientError", refuseNonsense);
  }

  /**
   * Looks into the folder and listens.
   * @param port 0 takes a free one
   * @throws SluiceError PORT_IN_USE, FILE_NOT_READABLE
   */
  async listen(port: number, bind?: string): Promise<AddressInfo> {
    await this.folder.current();
    return listen(this.server, port, bind);
  }

  /** Ends at once; a board in the middle of an image starts over, or goes on from where it was. */
  close(): Promise<void> {
    return closeServer(this.server);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { now, onEvent } = this.shared;
    try {
      const reply = await this.route(request, response);
      if (reply !== undefined) sendReply(response, reply, now(), request.method !== "HEAD");
    } catch (error) {
      onEvent({
        event: "trouble",
        text: error instanceof Error ? error.message || error.name : String(error),
      });
      if (response.headersSent) response.destroy();
      else sendReply(response, comeBack(databaseBack, "the server cannot look it up just now"), now());
    }
  }

  /** @returns the reply, or undefined when it has been sent */
  private async route(request: IncomingMessage, response: ServerResponse): Promise<HttpReply | undefined> {
    const segments = pathSegments(request.url ?? "");
    if (segments === undefined) return text(400, "bad path\n");
    // Boards report beside the path that they poll.
    if (segments.at(-1) === "report" && request.method === "POST") return receiveReport(request, this.shared);
    if (segments.join("/") === "report") return notAllowed("POST");
    if (segments.length === 0 || segments[0] === "api") {
      if (request.method !== "GET" && request.method !== "HEAD") return notAllowed("GET, HEAD");
      if (!operatorMayRead(this.shared.secrets, request.headers.authorization)) return unauthorized;
      const query = new URL(request.url ?? "", "http://host").searchParams;
      return answerOperator(segments, query, this.shared);
    }
    if (request.method !== "GET") return notAllowed("GET");
    await answerPoll(request, response, segments, this.shared);
    return undefined;
  }
}

function notAllowed(methods: string): HttpReply {
  return text(405, `${methods} only\n`, { headers: [["Allow", methods]] });
}

/** Answers what is not HTTP, too long or too slow with one line, and closes the connection. */
function refuseNonsense(error: Error & { readonly code?: string }, socket: Duplex): void {
  const begun = socket instanceof Socket && socket.bytesWritten > 0;
  if (begun || !socket.writable || error.code === "ECONNRESET") {
    socket.destroy();
    return;
  }
  const [status, words] =
    error.code === "HPE_HEADER_OVERFLOW"
      ? ["431 Request Header Fields Too Large", `a head of at most ${headLimit} bytes`]
      : error.code === "ERR_HTTP_REQUEST_TIMEOUT"
        ? ["408 Request Timeout", "the request took too long"]
        : ["400 Bad Request", "that is no HTTP request"];
  const head = [
    ["Content-Type", "text/plain; charset=utf-8"],
    ["Content-Length", String(words.length + 1)],
    ...lastHeaders(Date.now()),
  ];
  socket.end(`HTTP/1.1 ${status}\r\n${head.map((line) => line.join(": ")).join("\r\n")}\r\n\r\n${words}\n`);
  // A peer that does not close its end would keep the socket open.
  setTimeout(() => socket.destroy(), 1000).unref();
}
