import { noProgram, type UploadEvent } from "../../../events/upload-event.js";
import type { Hello, ProgramMessage } from "../../messages.js";
import { Manager, type ManagerNews } from "../manager.js";
import type { BoardState, ProgramRef, Reason } from "../store/stored-board.js";
import type { BoardMessage } from "../wssk/messages.js";
import type { Limits } from "./limits.js";

/** What the session wants done next. Its runner does this in order, and stops at what fails. */
export type SessionAction =
  /** A plain WSSK message; lost when there is no connection. */
  | { readonly do: "send"; readonly message: Uint8Array }
  /** Whether the frames of the board's bus are to come as well. */
  | { readonly do: "stream"; readonly bus: boolean }
  /** The board connects again by itself. */
  | { readonly do: "drop-connection" }
  /** To be on disk before the next action. */
  | { readonly do: "save"; readonly state: BoardState }
  | { readonly do: "emit"; readonly event: UploadEvent }
  /** The end of the order; each has one. With a reason it failed. */
  | { readonly do: "end"; readonly reason?: Reason }
  /** The end of `rotate`: the board has its new key, or why not. */
  | { readonly do: "rotated"; readonly reason?: Reason };

/** An operator's (or script's) order to put a program on a board. */
export interface UploadOrder {
  readonly program: ProgramRef;
  /** Who orders it, shown to the program on the board. */
  readonly from: string;
  /** Goes on although the program on the board does not answer. A refusal stays a refusal. */
  readonly force: boolean;
  /** How often "try again later" is followed. */
  readonly retries: number;
}

export interface SessionPlan {
  readonly name: () => string;
  /** Jacdac's device id, 16 hex digits. */
  readonly deviceId: string;
  readonly limits: Limits;
  /** As kept; every later state comes as a `save`. */
  readonly state: BoardState;
  /** The bytes of a kept program; undefined when there is none or it is damaged. */
  readonly program: (sha256: string) => Uint8Array | undefined;
  /** 8 hex digits, new each time. */
  readonly newId: () => string;
  /** Makes a new key, keeps it beside the old one, and returns the connection string with it. */
  readonly newConnection: () => string;
}

/** What happens to a board, one at a time. */
export type Happening =
  | { readonly kind: "opened" | "closed" }
  | { readonly kind: "message"; readonly message: BoardMessage }
  | { readonly kind: "program"; readonly message: ProgramMessage }
  | { readonly kind: "manager"; readonly news: ManagerNews }
  /** The program ended by itself. */
  | { readonly kind: "crashed"; readonly text: string }
  /** `queued` or `keyWanted` was set, or `cancelled`. */
  | { readonly kind: "order" | "cancelled" }
  /** The time that was waited for has passed. */
  | { readonly kind: "late" };

/**
 * A dialogue that takes time, without I/O: it yields until when it waits, ms, and is given what happened. A generator,
 * because two dozen waits within loops read better in a row than as two dozen states.
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

/** What the scripts know of a board, and how they act: their actions are collected for the runner of the session. */
export class ScriptBoard {
  /** ms, never going back. */
  now = 0;
  actions: SessionAction[] = [];
  state: BoardState;
  /** Of the board's end of the connection; "" while there is none. */
  address = "";
  /** Changes with every connection. */
  manager: Manager;
  /** The board's firmware does not carry its bus to the gateway; found out once. */
  noBus = false;
  /** SHA-256 of what the board has, as it reported last. */
  sha256 = noProgram;
  hello: Hello | undefined;
  /** Set from `ready` on; `spoiled` when the program took it back. */
  prepared: { readonly id: string; spoiled: string | undefined } | undefined;
  /** The next update. */
  queued: UploadOrder | undefined;
  /** The order of the update under way; the update goes on when its order was given up. */
  order: UploadOrder | undefined;
  /** The order, queued or not, was withdrawn. */
  cancelled = false;
  /** A new key was ordered. */
  keyWanted = false;

  readonly limits: Limits;

  constructor(readonly plan: SessionPlan) {
    this.limits = plan.limits;
    this.state = plan.state;
    this.manager = new Manager(plan.deviceId);
  }

  send(message: Uint8Array): void {
    this.actions.push({ do: "send", message });
  }

  stream(bus: boolean): void {
    this.actions.push({ do: "stream", bus });
  }

  /** @returns what to throw */
  drop(): LinkLost {
    this.actions.push({ do: "drop-connection" });
    this.address = "";
    return new LinkLost();
  }

  save(state: BoardState): void {
    this.state = state;
    this.actions.push({ do: "save", state });
  }

  emit(event: UploadEvent): void {
    this.actions.push({ do: "emit", event });
  }

  /** Ends the order, if there still is one. */
  succeed(): void {
    if (this.order !== undefined) this.actions.push({ do: "end" });
    this.order = undefined;
    this.cancelled = false;
  }

  fail(code: string, text: string): void {
    if (this.order !== undefined || this.queued !== undefined)
      this.actions.push({ do: "end", reason: { code, text } });
    this.order = undefined;
    this.queued = undefined;
    this.cancelled = false;
  }
}

/**
 * Waits until `look` returns a value. Undefined when it was too late.
 * @throws LinkLost
 */
export function* waitFor<T>(
  board: ScriptBoard,
  ms: number,
  look: (happening: Happening) => T | undefined,
): Script<T | undefined> {
  const until = board.now + ms;
  for (;;) {
    const happening = yield until;
    if (happening.kind === "late") return undefined;
    if (happening.kind === "closed") throw new LinkLost();
    const answer = look(happening);
    if (answer !== undefined) return answer;
  }
}

export function helloOf(happening: Happening): Hello | undefined {
  return happening.kind === "program" && happening.message.say === "hello" ? happening.message : undefined;
}
