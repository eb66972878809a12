import { DeviceScriptManagerReg } from "jacdac-ts";
import { noProgram } from "../../../events/upload-event.js";
import type { Board } from "../board.js";
import { deployFinish, deployStart, deployWrite, getHash, writeLength } from "../wssk/messages.js";
import { type Happening, type Script, UpdateRefused } from "./script.js";

/** One of three: an answer over Wi-Fi may be late, a tunnelled frame may be lost. */
const tries = 3;

/**
 * Sends and waits for what `look` accepts as the answer. The runtime answers at once; a board that does not is gone, and
 * the connection is ended.
 * @throws LinkLost
 */
function* request<T>(
  board: Board,
  message: Uint8Array,
  ms: number,
  look: (happening: Happening) => T | undefined,
): Script<T> {
  board.send(message);
  const answer = yield* board.wait(ms, look);
  if (answer === undefined) throw board.drop();
  return answer;
}

/** SHA-256 of the program that the board has, `noProgram` when it has none. */
export function* readHash(board: Board): Script<string> {
  board.sha256 = yield* request(board, getHash, board.limits.commandMs, (answer) =>
    answer.kind === "hash" ? answer.sha256 : undefined,
  );
  return board.sha256;
}

/** A command of the deploy. @returns false when the runtime refuses it */
function* command(board: Board, message: Uint8Array, ms: number): Script<boolean> {
  return yield* request(board, message, ms, (answer) => {
    if (answer.kind === "error") return false;
    return answer.kind === "ack" && answer.command === message[0] ? true : undefined;
  });
}

/** Takes the program away; what has been written so far as well. */
export function* erase(board: Board): Script<boolean> {
  const done = yield* command(board, deployStart(0), board.limits.eraseMs);
  if (done) board.sha256 = noProgram;
  return done;
}

type Written = "same" | "different" | "no-room" | "refused" | "cancelled";

/**
 * Replaces the program and compares what the board has then with what was sent. Does not start it: autostart has to be
 * off. What turns out different is taken away at once, so that a restart of the board cannot run it.
 * @param watched shows its progress, and ends when the order is withdrawn
 */
export function* write(board: Board, bytes: Uint8Array, sha256: string, watched: boolean): Script<Written> {
  const { commandMs, eraseMs } = board.limits;
  if (!(yield* command(board, deployStart(bytes.length), eraseMs))) return "no-room";
  board.sha256 = noProgram;
  for (let at = 0; at < bytes.length; at += writeLength) {
    if (watched && board.withdrawn) return "cancelled";
    const piece = bytes.subarray(at, at + writeLength);
    if (!(yield* command(board, deployWrite(piece), commandMs))) return "refused";
    const sent = at + piece.length;
    if (watched) board.emit({ event: "progress", sent, acknowledged: sent, total: bytes.length });
  }
  if (watched) board.emit({ event: "sent", total: bytes.length });
  if (!(yield* command(board, deployFinish, commandMs))) return "refused";
  if ((yield* readHash(board)) === sha256) return "same";
  yield* erase(board);
  return "different";
}

/**
 * Whether the runtime starts the program by itself. Only in the board's RAM: after a reset it does again. Read back, where
 * the firmware carries the board's bus to the gateway.
 * @throws UpdateRefused NO_MANAGER, LinkLost
 */
export function* setAutostart(board: Board, on: boolean): Script<void> {
  const isFound = yield* findManager(board);
  const set = board.manager.setAutostart(on);
  if (!isFound) {
    // In order and before whatever follows, as all that WSSK carries; more than one, should the board's queue be full.
    for (let i = 0; i < tries; i++) board.send(set);
    return;
  }
  const get = board.manager.get(DeviceScriptManagerReg.Autostart);
  const done = yield* insist(board, [set, get], (news) =>
    news.kind === "autostart" && news.on === on ? true : undefined,
  );
  if (done === undefined)
    throw new UpdateRefused("NO_MANAGER", "the board does not say whether it starts programs by itself");
}

/** major << 24 | minor << 16 | patch; undefined when the board does not answer. @throws LinkLost */
export function* readRuntime(board: Board): Script<number | undefined> {
  if (!(yield* findManager(board))) return undefined;
  const get = board.manager.get(DeviceScriptManagerReg.RuntimeVersion);
  return yield* insist(board, [get], (news) => (news.kind === "runtime" ? news.version : undefined));
}

/** Sends until `look` accepts an answer; undefined when none came. */
function* insist<T>(
  board: Board,
  messages: readonly Uint8Array[],
  look: (happening: Happening) => T | undefined,
): Script<T | undefined> {
  for (let attempt = 0; attempt < tries; attempt++) {
    for (const message of messages) board.send(message);
    const answer = yield* board.wait(board.limits.commandMs / tries, look);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** @returns whether frames of the board's bus come to the gateway */
export function* findManager(board: Board): Script<boolean> {
  board.stream(true);
  if (board.manager.known) return true;
  if (board.noBus) return false;
  const found = yield* board.wait(board.limits.busMs, ({ kind }) => (kind === "services" ? true : undefined));
  board.noBus = found === undefined;
  return !board.noBus;
}
