import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { createInterface } from "node:readline";
import { json } from "node:stream/consumers";
import { SluiceError } from "../../../errors/sluice-error.js";
import type { TimedUploadEvent } from "../../../events/upload-event.js";
import { endpointPath } from "../store/state-folder.js";
import { boardText, type StoredBoard } from "../store/stored-board.js";
import type { UploadOrder } from "../upload-order.js";
import type { BoardRow } from "./endpoint.js";

export interface ProgramUpload extends Pick<UploadOrder, "from" | "force" | "retries" | "signal"> {
  readonly program: Uint8Array;
  readonly onEvent: (event: TimedUploadEvent) => void;
}

/** Calls the gateway that runs with this state folder. Everything rejects with GATEWAY_NOT_RUNNING when none does. */
export class EndpointClient {
  constructor(private readonly folder: string) {}

  async boards(): Promise<BoardRow[]> {
    const answer = await this.call("GET", "/boards");
    return (await json(answer)) as BoardRow[];
  }

  async rotate(name: string): Promise<void> {
    await expectOk(await this.call("POST", `/rotate?${new URLSearchParams({ to: name })}`));
  }

  async learn(stored: StoredBoard): Promise<void> {
    await expectOk(await this.call("POST", "/learn", Buffer.from(boardText(stored))));
  }

  /**
   * Resolves when the program has proved itself on the board.
   * @throws SluiceError with the code of what ended it
   */
  async upload(to: string, { program, from, force, retries, onEvent, signal }: ProgramUpload): Promise<void> {
    const query = new URLSearchParams({ to, from, force: String(force), retries: String(retries) });
    const answer = await this.call("POST", `/upload?${query}`, program, signal);
    if (answer.statusCode !== 200) return expectOk(answer);
    let last: TimedUploadEvent | undefined;
    try {
      for await (const line of createInterface({ input: answer })) {
        last = JSON.parse(line) as TimedUploadEvent;
        onEvent(last);
      }
    } catch (cause) {
      if (signal?.aborted) throw new SluiceError("UPLOAD_CANCELLED", undefined, { cause });
      throw new SluiceError("GATEWAY_LOST", undefined, { cause });
    }
    if (last?.event === "result") return;
    if (last?.event === "failed") throw new SluiceError(last.code, last.text);
    throw new SluiceError(signal?.aborted ? "UPLOAD_CANCELLED" : "GATEWAY_LOST");
  }

  private async call(
    method: string,
    path: string,
    payload: Uint8Array = new Uint8Array(0),
    signal?: AbortSignal,
  ): Promise<IncomingMessage> {
    const headers = { "Content-Length": payload.length };
    const socketPath = endpointPath(this.folder);
    const call = request({ socketPath, method, path, headers, ...(signal && { signal }) });
    // Once the answer has begun, its reader gets the error.
    call.on("error", () => undefined);
    call.end(payload);
    try {
      const [answer]: IncomingMessage[] = await once(call, "response");
      if (answer !== undefined) return answer;
      throw new Error("no answer");
    } catch (cause) {
      if (signal?.aborted) throw new SluiceError("UPLOAD_CANCELLED", undefined, { cause });
      const text = `No gateway answers in the state folder ${this.folder}.`;
      throw new SluiceError("GATEWAY_NOT_RUNNING", text, { cause });
    }
  }
}

async function expectOk(answer: IncomingMessage): Promise<void> {
  const body = await json(answer);
  if (answer.statusCode === 200) return;
  const { code, text } = body as { code?: string; text?: string };
  throw new SluiceError(code ?? "GATEWAY_TROUBLE", text);
}
