import { noProgram } from "../../../events/upload-event.js";
import type { ManagerNews } from "../manager.js";
import {
  deployFinish,
  deployStart,
  deployWrite,
  getHash,
  jacdacFrame,
  writeLength,
} from "../wssk/messages.js";
import { type Happening, type Script, type ScriptBoard, UpdateRefused, waitFor } from "./script.js";

/** One of three: an answer over Wi-Fi may be late, a tunnelled frame may be lost. */
const tries = 3;

/**
 * Sends and waits for what `look` accepts as the answer. The runtime answers at once; a board that does not is gone, and
 * the connection is ended.
 * @throws LinkLost
 */
function* request<T>(
  board: ScriptBoard,
  message: Uint8Array,
  ms: number,
  look: (happening: Happening) => T | undefined,
): Script<T> {
  board.send(message);
  const answer = yield* waitFor(board, ms, look);
  if (answer === undefined) throw board.drop();
  return answer;
}

/** SHA-256 of the program that the board has, `noProgram` when it has none. */
export function* readHash(board: ScriptBoard): Script<string> {
  board.sha256 = yield* request(board, getHash, board.limits.commandMs, (happening) =>
    happening.kind === "message" && happening.message.kind === "hash" ? happening.message.sha256 : undefined,
  );
  return board.sha256;
}

/** A command of the deploy. @returns false when the runtime refuses it */
function* command(board: ScriptBoard, message: Uint8Array, ms: number): Script<boolean> {
  return yield* request(board, message, ms, (happening) => {
    if (happening.kind !== "message") return undefined;
    if (happening.message.kind === "error") return false;
    if (happening.message.kind === "ack" && happening.message.command === message[0]) return true;
    return undefined;
  });
}

/** Takes the program away; what has been written so far as well. */
export function* erase(board: ScriptBoard): Script<boolean> {
  const done = yield* command(board, deployStart(0), board.limits.eraseMs);
  if (done) board.sha256 = noProgram;
  return done;
}

export type Written = "same" | "different" | "no-room" | "refused" | "cancelled";

/**
 * Replaces the program and compares what the board has then with what was sent. Does not start it: autostart has to be
 * off. What turns out different is taken away at once, so that a restart of the board cannot run it.
 */
export function* write(
  board: ScriptBoard,
  bytes: Uint8Array,
  sha256: string,
  onWritten: (bytes: number) => void,
  cancelled: () => boolean,
): Script<Written> {
  const { commandMs, eraseMs } = board.limits;
  if (!(yield* command(board, deployStart(bytes.length), eraseMs))) return "no-room";
  board.sha256 = noProgram;
  for (let at = 0; at < bytes.length; at += writeLength) {
    if (cancelled()) return "cancelled";
    const piece = bytes.subarray(at, at + writeLength);
    if (!(yield* command(board, deployWrite(piece), commandMs))) return "refused";
    onWritten(at + piece.length);
  }
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
export function* setAutostart(board: ScriptBoard, on: boolean): Script<void> {
  if (!(yield* findManager(board))) {
    // In order and before whatever follows, as all that WSSK carries; more than one, should the board's queue be full.
    for (let i = 0; i < tries; i++) board.send(jacdacFrame(board.manager.setAutostartUnseen(on)));
    return;
  }
  for (let attempt = 0; attempt < tries; attempt++) {
    board.send(jacdacFrame(board.manager.setAutostart(on)));
    board.send(jacdacFrame(board.manager.getAutostart()));
    const is = yield* news(board, (reply) => (reply.kind === "autostart" ? reply.on : undefined));
    if (is === on) return;
  }
  throw new UpdateRefused("NO_MANAGER", "the board does not say whether it starts programs by itself");
}

/** major << 24 | minor << 16 | patch; undefined when the board does not answer. @throws LinkLost */
export function* readRuntime(board: ScriptBoard): Script<number | undefined> {
  if (!(yield* findManager(board))) return undefined;
  for (let attempt = 0; attempt < tries; attempt++) {
    board.send(jacdacFrame(board.manager.getRuntime()));
    const version = yield* news(board, (reply) => (reply.kind === "runtime" ? reply.version : undefined));
    if (version !== undefined) return version;
  }
  return undefined;
}

/** @returns whether frames of the board's bus come to the gateway */
export function* findManager(board: ScriptBoard): Script<boolean> {
  board.stream(true);
  if (board.manager.known) return true;
  if (board.noBus) return false;
  const found = yield* waitFor(board, board.limits.busMs, (happening) =>
    happening.kind === "manager" && happening.news.kind === "services" ? true : undefined,
  );
  board.noBus = found !== true;
  return found === true;
}

function* news<T>(board: ScriptBoard, look: (reply: ManagerNews) => T | undefined): Script<T | undefined> {
  return yield* waitFor(board, board.limits.commandMs / tries, (happening) =>
    happening.kind === "manager" ? look(happening.news) : undefined,
  );
}
