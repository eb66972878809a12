import type { Board } from "../board.js";
import type { Reason, UnfinishedUpdate } from "../store/stored-board.js";
import { toProgram } from "../wssk/messages.js";
import { helloOf, type Script } from "./script.js";

/**
 * Watches a new program until it has proved itself: it reported that it is healthy, and still does, in the same run, after
 * `confirmMs`. Crashes are kept and count over power cuts; the time begins anew with each connection, which may be lost
 * `connections` times.
 * @returns undefined when it has proved itself, else why not
 * @throws LinkLost
 */
export function* watchTrial(board: Board, task: UnfinishedUpdate): Script<Reason | undefined> {
  const { limits } = board;
  const end = board.now + limits.trialMs;
  board.stream(true);
  board.emit({ event: "trial", wait: Math.ceil(limits.trialMs / 1000) });
  const starts = task.starts + 1;
  if (starts > limits.connections)
    return { code: "PROGRAM_CRASHES", text: `the board went away ${task.starts} times during the trial` };
  board.saveTask({ ...task, starts });
  let crashes = task.crashes;
  let healthySince = -1;
  let boots = -1;
  let why = "";
  let last = "";
  let requestAt = board.now + limits.reportMs;

  while (board.now < end) {
    const received = yield* board.wait(Math.min(end, requestAt) - board.now, (happening) => {
      const hello = helloOf(happening);
      if (hello !== undefined) return hello;
      return happening.kind === "crashed" ? happening.text : undefined;
    });
    if (received === undefined) {
      board.send(toProgram({ do: "report" }));
      requestAt = board.now + limits.reportMs;
    } else if (typeof received === "string") {
      crashes++;
      healthySince = -1;
      board.saveTask({ ...task, starts, crashes });
      board.emit({ event: "crashed", text: received, count: crashes });
      if (crashes >= limits.crashes)
        return { code: "PROGRAM_CRASHES", text: `it ended ${crashes} times: ${received}` };
    } else {
      const news = `${received.app} ${received.version} ${received.healthy}`;
      if (news !== last) {
        const { app, version, healthy } = received;
        board.emit({ event: "hello", app, version, healthy });
      }
      last = news;
      why = received.why;
      if (received.boots !== boots || !received.healthy) healthySince = -1;
      boots = received.boots;
      if (!received.healthy) continue;
      if (healthySince < 0) {
        healthySince = board.now;
        requestAt = healthySince + limits.confirmMs;
      } else if (board.now - healthySince >= limits.confirmMs) return undefined;
    }
  }
  if (last === "") return { code: "NOT_HEALTHY", text: "the new program did not say a word" };
  return {
    code: "NOT_HEALTHY",
    text: `the new program did not become healthy${why === "" ? "" : `: ${why}`}`,
  };
}
