import type { Hello, ProgramMessage } from "../../messages.js";
import type { ManagerNews } from "../manager.js";
import type { BoardMessage } from "../wssk/messages.js";
import type { BoardContext } from "./context.js";

/** What happens to a board, one at a time. */
export type Happening =
  | { readonly kind: "opened" }
  | { readonly kind: "closed" }
  | { readonly kind: "message"; readonly message: BoardMessage }
  | { readonly kind: "program"; readonly message: ProgramMessage }
  | { readonly kind: "manager"; readonly news: ManagerNews }
  /** The program ended by itself. */
  | { readonly kind: "crashed"; readonly text: string }
  /** `queued` has been set. */
  | { readonly kind: "job" }
  | { readonly kind: "cancelled" }
  /** `until` has passed. */
  | { readonly kind: "late" };

/** What a script waits for: the next happening, or the time `until` (ms of the context's clock). */
export interface Wait {
  readonly until: number;
}

/**
 * A decision that takes time, without I/O and without a clock of its own: it yields what it waits for and is given what
 * happened. So a test plays a board, its power cuts and an hour of waiting in a millisecond.
 */
export type Script<T> = Generator<Wait, T, Happening>;

/** The connection ended under a script; the one above decides what that means. */
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

/**
 * Waits until `look` answers something. Undefined when it was too late.
 * @throws LinkLost
 */
export function* waitFor<T>(
  board: BoardContext,
  ms: number,
  look: (happening: Happening) => T | undefined,
): Script<T | undefined> {
  const until = board.now() + ms;
  for (;;) {
    const happening = yield { until };
    if (happening.kind === "late") return undefined;
    if (happening.kind === "closed") throw new LinkLost();
    const answer = look(happening);
    if (answer !== undefined) return answer;
  }
}

/** Lets time pass. @throws LinkLost */
export function* pause(board: BoardContext, ms: number): Script<void> {
  yield* waitFor(board, ms, () => undefined);
}

/** Only what the program says. */
export function programSays(happening: Happening): ProgramMessage | undefined {
  return happening.kind === "program" ? happening.message : undefined;
}

export function helloOf(happening: Happening): Hello | undefined {
  const message = programSays(happening);
  return message?.say === "hello" ? message : undefined;
}
