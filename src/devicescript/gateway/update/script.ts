import type { Hello } from "../../messages.js";
import type { ManagerNews } from "../manager.js";
import type { BoardMessage } from "../wssk/messages.js";

/** What happens to a board, one at a time. */
export type Happening =
  | { readonly kind: "opened" | "closed" }
  | BoardMessage
  | ManagerNews
  /** The program ended by itself. */
  | { readonly kind: "crashed"; readonly text: string }
  /** There is something to do: `queued` or `rotation` of the board; or its order was withdrawn. */
  | { readonly kind: "order" | "cancelled" }
  /** The time that was waited for has passed. */
  | { readonly kind: "late" };

/**
 * A dialogue that takes time: it yields until when it waits, ms, and is given what happened. A generator, because two
 * dozen waits within loops read better in a row than as two dozen states.
 */
export type Script<T> = Generator<number, T, Happening>;

/** The connection ended during a script; its caller decides what follows. */
export class LinkLost extends Error {
  constructor() {
    super("the connection to the board was lost");
    this.name = "LinkLost";
  }
}

/** Why an update did not happen; `code` is in the error catalogue. */
export class UpdateRefused extends Error {
  constructor(
    readonly code: string,
    readonly text: string,
  ) {
    super(text);
    this.name = "UpdateRefused";
  }
}

export function helloOf(happening: Happening): Hello | undefined {
  return happening.kind === "program" && happening.message.say === "hello" ? happening.message : undefined;
}
