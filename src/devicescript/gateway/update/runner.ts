import { programMessage, topic } from "../../messages.js";
import type { BoardMessage } from "../wssk/messages.js";
import type { BoardContext } from "./context.js";
import { life } from "./life.js";
import type { Happening, Script } from "./script.js";

/** Feeds a board's life with what happens. Knows what the board said last, and until when the life wants to wait. */
export class Runner {
  private readonly script: Script<never>;
  private until = Number.POSITIVE_INFINITY;

  constructor(private readonly board: BoardContext) {
    this.script = life(board);
    this.next(this.script.next());
  }

  /** When to call `tick`, ms of the context's clock; Infinity for never. */
  get deadline(): number {
    return this.until;
  }

  tick(): void {
    if (this.board.now() >= this.until) this.feed({ kind: "late" });
  }

  feed(happening: Happening): void {
    if (happening.kind === "program") this.hear(happening);
    this.next(this.script.next(happening));
  }

  /** A message of the board, taken apart. */
  receive(message: BoardMessage): void {
    if (message.kind === "frame") {
      for (const news of this.board.manager.read(message.frame)) this.feed({ kind: "manager", news });
    } else if (message.kind === "program") {
      const said = message.topic === topic ? programMessage(parse(message.json)) : undefined;
      if (said !== undefined) this.feed({ kind: "program", message: said });
    } else this.feed({ kind: "message", message });
  }

  private hear({ message }: Happening & { readonly kind: "program" }): void {
    const { board } = this;
    if (message.say === "hello") board.hello = message;
    else if (board.prepared?.id === message.id) {
      if (message.say === "refused") board.prepared.spoiled = message.reason;
      if (message.say === "released") board.prepared.spoiled = "the program went on";
    }
  }

  private next(result: IteratorResult<{ readonly until: number }, never>): void {
    this.until = result.done ? Number.POSITIVE_INFINITY : result.value.until;
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
