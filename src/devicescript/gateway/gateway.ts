import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { reasonOf, SluiceError } from "../../errors/sluice-error.js";
import { type Clock, systemClock } from "../../node/clock.js";
import { type Certificate, closeServer, listen, makeServer } from "../../node/http-server.js";
import { plainAddress } from "../../node/socket-limit.js";
import { Board } from "./board.js";
import { carryConnection } from "./connection.js";
import { Entrance } from "./entrance.js";
import type { OnGatewayEvent, RefusalCode } from "./events.js";
import { isDeviceId } from "./keys.js";
import type { StateFolder } from "./store/state-folder.js";
import type { StoredBoard } from "./store/stored-board.js";
import { life } from "./update/life.js";
import { defaultLimits, type Limits } from "./update/limits.js";
import { boardRandomOf } from "./wssk/session.js";

export interface GatewayOptions {
  readonly folder: StateFolder;
  /** Boards that are not in the folder may come with the key that this password gives them. */
  readonly password?: string | undefined;
  /** Public keys, lower-case hex: boards are given only programs that one of them signed. */
  readonly trust?: readonly string[] | undefined;
  /** Without it plain WebSockets, inside of which WSSK encrypts. */
  readonly tls?: Certificate | undefined;
  readonly logs?: boolean;
  readonly onEvent?: OnGatewayEvent;
  readonly clock?: Clock;
  readonly limits?: Partial<Limits>;
}

/** The runtime's request has about 400 bytes of head, its messages 270 bytes at most. */
const headLimit = 4096;
const messageLimit = 1024;
const requestMs = 10_000;
/** Each board keeps one connection, and a router may stand for all boards behind it. */
const boardsPerAddress = 256;

/** The server that DeviceScript boards keep a connection to. */
export class Gateway {
  private readonly server: Server;
  private readonly sockets = new WebSocketServer({
    noServer: true,
    perMessageDeflate: false,
    maxPayload: messageLimit,
    handleProtocols: (protocols) => [...protocols][0] ?? false,
  });
  private readonly boardsById = new Map<string, Board>();
  private readonly clock: Clock;
  private readonly entrance: Entrance;
  private readonly emit: OnGatewayEvent;

  /** @throws SluiceError BAD_GATEWAY_STATE */
  constructor(private readonly options: GatewayOptions) {
    this.clock = options.clock ?? systemClock;
    this.emit = options.onEvent ?? (() => undefined);
    this.entrance = new Entrance(this.clock.now);
    for (const stored of options.folder.boards()) this.addBoard(stored);
    options.folder.prune(neededPrograms(this.boards()));
    const settings = { maxHeaderSize: headLimit, headersTimeout: requestMs, requestTimeout: requestMs };
    const onSurplus = (address: string): void =>
      this.emit({ event: "trouble", text: `${address} has too many connections; the surplus is refused` });
    this.server = makeServer(settings, options.tls, { perAddress: boardsPerAddress, onSurplus });
    this.server.on("request", (_request, response) => {
      response.writeHead(426, { "Content-Type": "text/plain", Connection: "close" });
      response.end("This is a gateway for DeviceScript boards; it speaks WebSocket only.\n");
    });
    this.server.on("upgrade", (request, socket, head) => {
      socket.on("error", () => undefined);
      this.admit(request, socket, head).catch((error: unknown) => {
        this.emit({ event: "trouble", text: reasonOf(error) });
        socket.destroy();
      });
    });
  }

  /** @throws SluiceError PORT_IN_USE */
  listen(port: number, bind?: string): Promise<AddressInfo> {
    return listen(this.server, port, bind);
  }

  /** Updates under way are finished, or undone, when the gateway runs again. */
  close(): Promise<void> {
    for (const board of this.boardsById.values()) board.close();
    for (const socket of this.sockets.clients) socket.terminate();
    return closeServer(this.server);
  }

  boards(): Board[] {
    return [...this.boardsById.values()];
  }

  /** By name or id. @throws SluiceError NO_SUCH_BOARD */
  board(name: string): Board {
    const found = this.boardsById.get(name) ?? this.boards().find((board) => board.name === name);
    if (found !== undefined) return found;
    const names = this.boards().map((board) => board.name);
    const known = names.length === 0 ? "It knows none yet." : `It knows ${names.join(", ")}.`;
    throw new SluiceError("NO_SUCH_BOARD", `The gateway knows no board ${name}. ${known}`);
  }

  /** A board that was provisioned while the gateway runs, or provisioned anew. */
  learn(stored: StoredBoard): void {
    const known = this.boardsById.get(stored.id);
    if (known === undefined) this.addBoard(stored);
    else known.keep({ ...stored, state: known.state });
    this.emit({ event: "learned", board: stored.name, id: stored.id });
  }

  private addBoard(stored: StoredBoard): Board {
    const { folder, logs = false, trust = [] } = this.options;
    const limits = { ...defaultLimits, ...this.options.limits };
    const board = new Board({
      stored,
      folder,
      limits,
      trust,
      clock: this.clock,
      onEvent: this.emit,
      logs,
      life,
    });
    this.boardsById.set(stored.id, board);
    return board;
  }

  private async admit(request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> {
    const address = plainAddress(request.socket.remoteAddress);
    const id = /^\/wssk\/([0-9a-fA-F]{16})$/.exec(request.url ?? "")?.[1]?.toLowerCase() ?? "";
    const boardRandom = boardRandomOf(request.headers["sec-websocket-protocol"] ?? "");
    const refuse = (status: string, code: RefusalCode, text: string): void => {
      this.emit({ event: "refused", id, address, code, text });
      // The first line is what the board's log shows.
      socket.end(`HTTP/1.1 ${status} ${text}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    };
    if (!isDeviceId(id) || boardRandom === undefined)
      return refuse("400", "BAD_HANDSHAKE", "not a DeviceScript board's request");
    const known = this.boardsById.get(id);
    const wait = this.entrance.waitMs(known?.id, address);
    if (wait > 0)
      return refuse(
        "429",
        "TOO_MANY_ATTEMPTS",
        `wrong key, again in ${Math.ceil(wait / 1000)} s; provision it`,
      );
    const keys = await this.keysFor(id, known);
    if (keys.length === 0) {
      this.entrance.failed(undefined, address);
      return refuse("403", "NO_SUCH_BOARD", "unknown board, provision it first");
    }
    this.sockets.handleUpgrade(request, socket, head, (webSocket) => {
      carryConnection({
        socket: webSocket,
        address,
        boardRandom,
        keys,
        clock: this.clock,
        proved: (key) => {
          this.entrance.succeeded(id, address);
          return this.welcome(id, key);
        },
        wrongKey: () => {
          this.entrance.failed(known?.id, address);
          const text = "its key is not the one that the gateway has";
          this.emit({ event: "refused", id, address, code: "WRONG_KEY", text });
        },
      });
    });
  }

  private async keysFor(id: string, known: Board | undefined): Promise<readonly Uint8Array[]> {
    if (known !== undefined) {
      const { key, nextKey } = known.stored;
      return nextKey === undefined ? [key] : [nextKey, key];
    }
    const { password } = this.options;
    const key = password === undefined ? undefined : await this.entrance.keyFrom(password, id);
    return key === undefined ? [] : [key];
  }

  /** The board has proved `key`. */
  private welcome(id: string, key: Uint8Array): Board {
    const board = this.boardsById.get(id);
    if (board === undefined) {
      const fresh = { id, name: id, key, state: {} };
      this.options.folder.saveBoard(fresh);
      return this.addBoard(fresh);
    }
    const { stored } = board;
    if (stored.nextKey === undefined || !Buffer.from(stored.nextKey).equals(key)) return board;
    board.keep({ ...stored, key, nextKey: undefined });
    this.emit({ event: "rotated", board: board.name });
    return board;
  }
}

/** What the boards run, should run, or go back to. */
function neededPrograms(boards: readonly Board[]): ReadonlySet<string> {
  const needed = new Set<string>();
  for (const board of boards) {
    const { good, task } = board.state;
    for (const program of [good, task?.wanted, task?.previous])
      if (program !== undefined) needed.add(program.sha256);
  }
  return needed;
}
