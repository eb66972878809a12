import { type ProgramMessage, programMessage, topic } from "../../messages.js";
import { Manager } from "../manager.js";
import type { BoardState } from "../store/stored-board.js";
import { type BoardMessage, jacdacFrame } from "../wssk/messages.js";
import { findManager, readHash, setAutostart } from "./orders.js";
import {
  type Happening,
  LinkLost,
  type Script,
  ScriptBoard,
  type SessionAction,
  type SessionPlan,
  UpdateRefused,
  type UploadOrder,
  waitFor,
} from "./script.js";
import { beginUpdate, carryOn } from "./update.js";

/**
 * All that a gateway does for one board, without I/O: feed it what happens together with the time (ms, never going back),
 * do what it returns, and call `tick` at `deadline`.
 */
export class BoardSession {
  /** Infinity while nothing is waited for. */
  deadline = Number.POSITIVE_INFINITY;
  /** What is known of the board, to be read. */
  readonly board: ScriptBoard;
  private script: Script<never>;

  constructor(plan: SessionPlan) {
    this.board = new ScriptBoard(plan);
    this.script = life(this.board);
    this.deadline = this.script.next().value;
  }

  /** Whether there is an order, or an unfinished update. */
  get busy(): boolean {
    const { order, queued, state } = this.board;
    return order !== undefined || queued !== undefined || state.task !== undefined;
  }

  /** The board has connected; a connection before was closed. */
  opened(address: string, now: number): SessionAction[] {
    this.board.address = address;
    this.board.manager = new Manager(this.board.plan.deviceId);
    return this.feed({ kind: "opened" }, now);
  }

  closed(now: number): SessionAction[] {
    this.board.address = "";
    return this.feed({ kind: "closed" }, now);
  }

  received(message: BoardMessage, now: number): SessionAction[] {
    switch (message.kind) {
      case "frame":
        return this.board.manager
          .read(message.frame)
          .flatMap((news) => this.feed({ kind: "manager", news }, now));
      case "program": {
        const parsed = message.topic === topic ? programMessage(parse(message.json)) : undefined;
        if (parsed === undefined) return [];
        note(this.board, parsed);
        return this.feed({ kind: "program", message: parsed }, now);
      }
      default:
        return this.feed({ kind: "message", message }, now);
    }
  }

  /** The program ended by itself. */
  crashed(text: string, now: number): SessionAction[] {
    return this.feed({ kind: "crashed", text }, now);
  }

  /** Not while `busy`. */
  upload(order: UploadOrder, now: number): SessionAction[] {
    this.board.queued = order;
    this.board.cancelled = false;
    return this.feed({ kind: "order" }, now);
  }

  /** The order, queued or not, is withdrawn. */
  cancel(now: number): SessionAction[] {
    this.board.cancelled = true;
    return this.feed({ kind: "cancelled" }, now);
  }

  /** Gives the board a new key through the connection that the old one protects. */
  rotate(now: number): SessionAction[] {
    this.board.keyWanted = true;
    return this.feed({ kind: "order" }, now);
  }

  /** The state could not be saved: the update stops where it is, and goes on with the next connection. */
  notKept(state: BoardState, text: string): SessionAction[] {
    const { board } = this;
    board.actions = [];
    board.state = state;
    board.address = "";
    board.fail("FILE_NOT_WRITABLE", text);
    this.script = life(board);
    this.deadline = this.script.next().value;
    return this.taken();
  }

  tick(now: number): SessionAction[] {
    return now >= this.deadline ? this.feed({ kind: "late" }, now) : [];
  }

  private feed(happening: Happening, now: number): SessionAction[] {
    this.board.now = now;
    this.deadline = this.script.next(happening).value;
    return this.taken();
  }

  private taken(): SessionAction[] {
    const { actions } = this.board;
    this.board.actions = [];
    return actions;
  }
}

function note(board: ScriptBoard, message: ProgramMessage): void {
  if (message.say === "hello") board.hello = message;
  else if (board.prepared?.id === message.id) {
    if (message.say === "refused") board.prepared.spoiled = message.reason;
    if (message.say === "released") board.prepared.spoiled = "the program went on";
  }
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}

/** From the first connection on: finishes what was left open, then one order after another. Never ends. */
function* life(board: ScriptBoard): Script<never> {
  for (;;) {
    try {
      if (board.address === "") yield* awaitBoard(board);
      yield* readHash(board);
      // A gateway that ended between two orders may have left autostart off.
      if (board.state.task === undefined) yield* setAutostart(board, true);
      else yield* carryOn(board);
      for (;;) yield* work(board);
    } catch (error) {
      if (error instanceof LinkLost) lost(board);
      else if (error instanceof UpdateRefused) {
        // The runtime does not do what every stock runtime does; a new connection may know better.
        board.fail(error.code, error.text);
        board.drop();
      } else throw error;
    }
  }
}

function* work(board: ScriptBoard): Script<void> {
  board.stream(false);
  while (board.queued === undefined && !board.keyWanted)
    yield* waitFor(board, Number.POSITIVE_INFINITY, ({ kind }) => (kind === "order" ? true : undefined));
  if (board.queued === undefined) return yield* rotate(board);
  const order = board.queued;
  board.queued = undefined;
  board.order = order;
  try {
    yield* beginUpdate(board, order);
  } catch (error) {
    // A board that does not answer may still have its autostart off; it is set with the next connection.
    if (!(error instanceof UpdateRefused) || error.code === "NO_MANAGER") throw error;
    return board.fail(error.code, error.text);
  }
  yield* carryOn(board);
}

/**
 * Sends the board its next key. The runtime keeps it and connects again at once. Only over a bus that is known to be the
 * board's own: a command to everyone would carry the key to the wires.
 */
function* rotate(board: ScriptBoard): Script<void> {
  const isFound = yield* findManager(board);
  board.keyWanted = false;
  if (!isFound)
    return rotated(board, "NO_MANAGER", "the board does not carry its bus to the gateway: use a cable");
  board.send(jacdacFrame(board.manager.setConnection(board.plan.newConnection())));
  try {
    yield* waitFor(board, board.limits.commandMs, () => undefined);
  } catch (error) {
    board.actions.push({ do: "rotated" });
    throw error;
  }
  rotated(board, "KEY_NOT_TAKEN", "the board did not take the new key; the old one stays good");
}

function rotated(board: ScriptBoard, code: string, text: string): void {
  board.actions.push({ do: "rotated", reason: { code, text } });
}

/** Nothing was touched yet, or there is an update that goes on when the board is back. */
function lost(board: ScriptBoard): void {
  if (board.keyWanted) rotated(board, "BOARD_LOST", "the connection was lost; the old key stays good");
  board.keyWanted = false;
  if (board.order === undefined) return;
  if (board.state.task !== undefined) board.emit({ event: "lost" });
  else board.fail("BOARD_LOST", "the connection was lost; nothing was written");
}

/** Until the board is there; an order fails when that takes too long. */
function* awaitBoard(board: ScriptBoard): Script<void> {
  const { lostMs, offlineMs } = board.limits;
  let until = board.order === undefined ? Number.POSITIVE_INFINITY : board.now + lostMs;
  for (;;) {
    const { kind } = yield until;
    if (kind === "opened") break;
    if (kind === "order" && board.queued !== undefined) {
      until = board.now + (board.queued.retries === 0 ? 0 : offlineMs);
      board.emit({ event: "offline", wait: Math.ceil(offlineMs / 1000) });
    }
    if (kind === "cancelled" && board.queued !== undefined)
      board.fail("UPLOAD_CANCELLED", "the upload was cancelled");
    if (kind === "late") {
      if (board.queued !== undefined) board.fail("BOARD_OFFLINE", `${board.plan.name()} is not connected`);
      board.fail(
        "BOARD_LOST",
        "the board did not come back; the gateway finishes or undoes the update when it does",
      );
      until = Number.POSITIVE_INFINITY;
    }
  }
  if (board.order !== undefined) board.emit({ event: "back", address: board.address });
}
