import type { Machine } from "./machine.js";

/**
 * One HTTP message as it comes in, on either side: the head up to the blank line, then the body, in the pieces in
 * which TCP brought it. Names of headers stay as the peer wrote them; a body without length ends with the connection.
 */
export class HttpIncoming {
  readonly object: Record<string, unknown>;
  readonly #machine: Machine;
  #head = "";
  #body = false;
  #left: number | undefined;
  #kept = "";
  #ended = false;
  /** Told when the head is complete; `first` holds the two or three words of its first line. */
  onHead: (first: readonly string[]) => void = () => undefined;

  constructor(machine: Machine) {
    this.#machine = machine;
    this.object = machine.realm.object({
      available: machine.api(() => this.#kept.length),
      read: machine.api(() => this.#take()),
      pipe: machine.pipe,
    });
    machine.emitters.whenAdded(this.object, (event) => {
      if (event === "data" && this.#kept) machine.emitters.queue(this.object, "data", this.#take());
    });
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
  close(hadError = false): void {
    this.#end();
    this.#machine.soon(() => this.#machine.emitters.queue(this.object, "close", hadError));
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

  /** A request without a length has no body; a response without one ends with the connection. */
  endless = false;

  #pushBody(data: string): void {
    const body = this.#left === undefined ? (this.endless ? data : "") : data.slice(0, this.#left);
    if (this.#left !== undefined) this.#left -= body.length;
    if (body && !this.#machine.emitters.now(this.object, "data", body)) this.#kept += body;
    if (this.#left === 0 || (this.#left === undefined && !this.endless)) this.#end();
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    // one turn later: the handler that wants to hear of it may only be queued yet
    this.#machine.soon(() => this.#machine.emitters.queue(this.object, "end"));
  }

  #take(): string {
    const data = this.#kept;
    this.#kept = "";
    return data;
  }
}
