import type { Board } from "../board.js";
import { connectionString, randomKey } from "../keys.js";
import { findManager, readHash, setAutostart } from "./orders.js";
import { LinkLost, type Script, UpdateRefused } from "./script.js";
import { beginUpdate, carryOn } from "./update.js";

/** From the first connection on: finishes what was left open, then one order after another. Never ends. */
export function* life(board: Board): Script<never> {
  for (;;) {
    try {
      if (board.link === undefined) yield* awaitBoard(board);
      yield* readHash(board);
      // A gateway that ended between two orders may have left autostart off.
      if (board.state.task === undefined) yield* setAutostart(board, true);
      else yield* carryOn(board);
      for (;;) yield* work(board);
    } catch (error) {
      if (error instanceof LinkLost) lost(board);
      else if (error instanceof UpdateRefused) {
        // The runtime does not do what every stock runtime does; a new connection may know better.
        board.end({ code: error.code, text: error.text });
        board.drop();
      } else throw error;
    }
  }
}

function* work(board: Board): Script<void> {
  board.stream(false);
  while (board.queued === undefined && board.rotation === undefined)
    yield* board.wait(Number.POSITIVE_INFINITY, ({ kind }) => (kind === "order" ? true : undefined));
  if (board.queued === undefined) return yield* rotate(board);
  const order = board.queued;
  board.queued = undefined;
  board.order = order;
  try {
    yield* beginUpdate(board, order);
  } catch (error) {
    // A board that does not answer may still have its autostart off; it is set with the next connection.
    if (!(error instanceof UpdateRefused) || error.code === "NO_MANAGER") throw error;
    return board.end({ code: error.code, text: error.text });
  }
  yield* carryOn(board);
}

/**
 * Sends the board its next key. The runtime keeps it and connects again at once. Only over a bus that is known to be the
 * board's own: a command to everyone would carry the key to the wires.
 */
function* rotate(board: Board): Script<void> {
  if (!(yield* findManager(board)))
    return board.rotated({
      code: "NO_MANAGER",
      text: "the board does not carry its bus to the gateway: use a cable",
    });
  const nextKey = randomKey();
  board.keep({ ...board.stored, nextKey });
  const connection = connectionString(board.stored.gateway ?? "", board.id, nextKey);
  board.send(board.manager.setConnection(connection));
  try {
    yield* board.wait(board.limits.commandMs, () => undefined);
  } catch (error) {
    board.rotated();
    throw error;
  }
  board.rotated({
    code: "KEY_NOT_TAKEN",
    text: "the board did not take the new key; the old one stays good",
  });
}

/** Nothing was touched yet, or there is an update that goes on when the board is back. */
function lost(board: Board): void {
  board.rotated({ code: "BOARD_LOST", text: "the connection was lost; the old key stays good" });
  if (board.order === undefined) return;
  if (board.state.task !== undefined) board.emit({ event: "lost" });
  else board.end({ code: "BOARD_LOST", text: "the connection was lost; nothing was written" });
}

/** Until the board is there; an order fails when that takes too long. */
function* awaitBoard(board: Board): Script<void> {
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
      board.end({ code: "UPLOAD_CANCELLED", text: "the upload was cancelled" });
    if (kind === "late") {
      board.end(
        board.queued === undefined
          ? {
              code: "BOARD_LOST",
              text: "the board did not come back; the gateway finishes or undoes the update when it does",
            }
          : { code: "BOARD_OFFLINE", text: `${board.name} is not connected` },
      );
      until = Number.POSITIVE_INFINITY;
    }
  }
  if (board.order !== undefined) board.emit({ event: "back", address: board.link?.address ?? "" });
}
