import type { BoardContext } from "./context.js";
import { tell } from "./context.js";
import { askHash, setAutostart } from "./orders.js";
import { rotate } from "./rotate.js";
import { LinkLost, type Script, UpdateRefused } from "./script.js";
import { begin, carryOn } from "./update.js";

/**
 * All that a gateway does for one board, from the first connection on: finishes what was left open, then one job after
 * another. Never ends.
 */
export function* life(board: BoardContext): Script<never> {
  for (;;) {
    try {
      if (!board.connected()) yield* awaitBoard(board);
      yield* askHash(board);
      if (board.state().task === undefined) yield* greet(board);
      else yield* carryOn(board);
      board.job = undefined;
      for (;;) yield* work(board);
    } catch (error) {
      if (error instanceof LinkLost) lost(board);
      else if (error instanceof UpdateRefused) {
        // The runtime does not do what every stock runtime does; a new connection may know better.
        board.job?.failed({ code: error.code, text: error.text });
        board.job = undefined;
        board.drop();
      } else throw error;
    }
  }
}

/** A gateway that ended between two orders may have left autostart off. */
function* greet(board: BoardContext): Script<void> {
  yield* setAutostart(board, true);
  board.listen(false);
}

function* work(board: BoardContext): Script<void> {
  board.listen(false);
  while (board.queued === undefined) {
    const { rotation } = board;
    board.rotation = undefined;
    if (rotation !== undefined) {
      yield* rotate(board, rotation);
      board.listen(false);
      continue;
    }
    const happening = yield { until: Number.POSITIVE_INFINITY };
    if (happening.kind === "closed") throw new LinkLost();
  }
  const job = board.queued;
  board.queued = undefined;
  board.job = job;
  try {
    yield* begin(board, job);
  } catch (error) {
    if (!(error instanceof UpdateRefused)) throw error;
    board.job = undefined;
    job.failed({ code: error.code, text: error.text });
    // A board that does not answer may still have its autostart off; it is set with the next connection.
    if (error.code === "NO_MANAGER") board.drop();
    return;
  }
  yield* carryOn(board);
  board.job = undefined;
}

/** Nothing was touched yet, or there is a task that goes on when the board is back. */
function lost(board: BoardContext): void {
  if (board.job === undefined) return;
  if (board.state().task === undefined) {
    board.job.failed({ code: "BOARD_LOST", text: "the connection was lost; nothing was written" });
    board.job = undefined;
  } else tell(board, { event: "lost" });
}

/** Until the board is there; whoever waits for an update is told when that takes too long. */
function* awaitBoard(board: BoardContext): Script<void> {
  const { lostMs, offlineMs } = board.limits;
  let until = board.job === undefined ? Number.POSITIVE_INFINITY : board.now() + lostMs;
  for (;;) {
    const happening = yield { until };
    if (happening.kind === "opened") break;
    if (happening.kind === "job" && board.queued !== undefined) {
      until = board.now() + (board.queued.retries === 0 ? 0 : offlineMs);
      board.queued.tell({ event: "offline", wait: Math.ceil(offlineMs / 1000) });
    }
    if (happening.kind === "cancelled" && board.queued?.cancelled)
      dropQueued(board, "UPLOAD_CANCELLED", "the upload was cancelled");
    if (happening.kind === "late") {
      board.job?.failed({
        code: "BOARD_LOST",
        text: "the board did not come back; the gateway finishes or undoes the update when it does",
      });
      board.job = undefined;
      dropQueued(board, "BOARD_OFFLINE", `${board.name} is not connected`);
      until = Number.POSITIVE_INFINITY;
    }
  }
  if (board.job !== undefined) tell(board, { event: "back", address: board.address() });
}

function dropQueued(board: BoardContext, code: string, text: string): void {
  board.queued?.failed({ code, text });
  board.queued = undefined;
}
