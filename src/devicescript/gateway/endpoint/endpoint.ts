import { once } from "node:events";
import { chmodSync, rmSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { anyTarget } from "../../../core/image/source.js";
import { reasonOf, SluiceError } from "../../../errors/sluice-error.js";
import { noProgram, type UploadEvent } from "../../../events/upload-event.js";
import { judgeBytes } from "../../../image/judge-file.js";
import { closeServer, readBody } from "../../../node/http-server.js";
import type { Board } from "../board.js";
import type { Gateway } from "../gateway.js";
import { endpointPath, type StateFolder } from "../store/state-folder.js";
import { readBoard } from "../store/stored-board.js";
import { toError } from "../upload-order.js";

export type BoardRow = ReturnType<typeof boardRow>;

/** No program is larger: the runtime takes 220 KB. */
const bodyLimit = 1024 * 1024;

/**
 * How other programs on the gateway's computer reach it: HTTP over a socket in the state folder, which only the folder's
 * owner can write to.
 *
 *   GET  /boards                              an array of rows
 *   POST /upload?to=NAME&from=&force=&retries=   the program; answers with the events of the upload, one a line
 *   POST /rotate?to=NAME                      a new key for the board
 *   POST /learn                               a board's record, after it was provisioned
 */
export class Endpoint {
  private readonly server: Server;

  constructor(
    private readonly gateway: Gateway,
    private readonly folder: StateFolder,
  ) {
    this.server = createServer((request, response) => {
      this.answer(request, response).catch((error: unknown) => {
        const status = error instanceof SluiceError ? 409 : 500;
        if (!response.headersSent) json(response, status, failure(error));
        else response.destroy();
      });
    });
  }

  /** Call it only when no gateway answers there: a socket that a killed one has left is removed. */
  async open(): Promise<void> {
    const path = endpointPath(this.folder.folder);
    const isFile = process.platform !== "win32";
    try {
      if (isFile) rmSync(path, { force: true });
      await once(this.server.listen(path), "listening");
      if (isFile) chmodSync(path, 0o600);
    } catch (cause) {
      const text = `The socket ${path} cannot be made: ${reasonOf(cause)}.`;
      throw new SluiceError("FILE_NOT_WRITABLE", text, { cause });
    }
  }

  close(): Promise<void> {
    return closeServer(this.server);
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://endpoint");
    const query = url.searchParams;
    switch (`${request.method} ${url.pathname}`) {
      case "GET /boards":
        return json(response, 200, this.gateway.boards().map(boardRow));
      case "POST /upload":
        return this.upload(await body(request), query, response);
      case "POST /rotate":
        await this.gateway.board(query.get("to") ?? "").rotate();
        return json(response, 200, {});
      case "POST /learn": {
        const stored = readBoard((await body(request)).toString("utf8"));
        if (stored === undefined) throw new SluiceError("GATEWAY_TROUBLE", "That is no board's record.");
        this.gateway.learn(stored);
        return json(response, 200, {});
      }
      default:
        throw new SluiceError("GATEWAY_TROUBLE", "The gateway's endpoint has no such thing.");
    }
  }

  private async upload(program: Uint8Array, query: URLSearchParams, response: ServerResponse): Promise<void> {
    response.writeHead(200, { "Content-Type": "application/x-ndjson" });
    const gone = new AbortController();
    response.on("close", () => {
      if (!response.writableFinished) gone.abort();
    });
    const startedAt = performance.now();
    const elapsed = (): number => Math.round(performance.now() - startedAt);
    let writingAt = startedAt;
    const onEvent = (event: UploadEvent): void => {
      if (event.event === "writing") writingAt = performance.now();
      response.write(`${JSON.stringify({ at: elapsed(), ...event })}\n`);
    };
    try {
      const board = this.gateway.board(query.get("to") ?? "");
      judgeProgram(program);
      await new Promise<void>((resolve, reject) => {
        const accepted = board.upload({
          ...this.folder.keepProgram(program),
          from: query.get("from") ?? "the gateway's computer",
          force: query.get("force") === "true",
          retries: Number(query.get("retries") ?? 0),
          signal: gone.signal,
          onEvent,
          ended: (reason) => (reason === undefined ? resolve() : reject(toError(reason))),
        });
        const text = `${board.name} is being updated, or its last update is not over.`;
        if (!accepted) reject(new SluiceError("UPDATE_RUNNING", text));
      });
      const seconds = Math.max(performance.now() - writingAt, 1) / 1000;
      const bytesPerSecond = Math.round(program.length / seconds);
      onEvent({ event: "result", milliseconds: elapsed(), bytesPerSecond });
    } catch (error) {
      const { code, text } = failure(error);
      const remedy = error instanceof SluiceError ? error.remedy : "";
      onEvent({ event: "failed", code, text, remedy });
    }
    response.end();
  }
}

/** What a runtime would refuse is refused before a message goes to the board. @throws SluiceError with the judge's code */
function judgeProgram(image: Uint8Array): void {
  const { outer, fault } = judgeBytes(image, anyTarget);
  if (fault !== undefined) throw new SluiceError(fault.code, `${fault.text}.`);
  if (outer.kind !== "devicescript")
    throw new SluiceError(
      "WRONG_KIND",
      `That is no DeviceScript program but an image of kind ${outer.kind}.`,
    );
}

/** A board as the endpoint shows it. Nothing secret. */
function boardRow({ name, id, link, hello, sha256, busy }: Board) {
  return {
    name,
    id,
    connected: link !== undefined,
    address: link?.address ?? "",
    /** Of the program on the board, as it reported last; "" for none, or not known since the gateway started. */
    sha256: sha256 === noProgram ? "" : sha256,
    app: hello?.app ?? "",
    version: hello?.version ?? "",
    /** Undefined until the program has reported. */
    healthy: hello?.healthy,
    why: hello?.why ?? "",
    updating: busy,
  };
}

function failure(error: unknown): { readonly code: string; readonly text: string } {
  if (error instanceof SluiceError) return { code: error.code, text: error.message };
  return { code: "GATEWAY_TROUBLE", text: reasonOf(error) };
}

function json(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(`${JSON.stringify(value)}\n`);
}

async function body(request: IncomingMessage): Promise<Buffer> {
  const bytes = await readBody(request, bodyLimit);
  if (bytes !== undefined) return bytes;
  throw new SluiceError("NOT_ENOUGH_SPACE", `A program has ${bodyLimit} bytes at most.`);
}
