import { topic } from "../../messages.js";
import type { Reason, UnfinishedUpdate } from "../store/stored-board.js";
import { toProgram } from "../wssk/messages.js";
import { helloOf, type Script, type ScriptBoard, waitFor } from "./script.js";

/**
 * Watches a new program until it has proved itself: it reported that it is healthy, and still does, in the same run, after
 * `confirmMs`. Crashes are kept and count over power cuts; the time begins anew with each connection, which may be lost
 * `connections` times.
 * @returns undefined when it has proved itself, else why not
 * @throws LinkLost
 */
export function* trial(board: ScriptBoard, task: UnfinishedUpdate): Script<Reason | undefined> {
  const { limits } = board;
  const end = board.now + limits.trialMs;
  board.stream(true);
  board.emit({ event: "trial", wait: Math.ceil(limits.trialMs / 1000) });
  const starts = task.starts + 1;
  if (starts > limits.connections)
    return { code: "PROGRAM_CRASHES", text: `the board went away ${task.starts} times during the trial` };
  board.save({ ...board.state, task: { ...task, starts } });
  let crashes = task.crashes;
  let healthySince = -1;
  let boots = -1;
  let why = "";
  let last = "";
  let askAt = board.now + limits.reportMs;

  while (board.now < end) {
    const heard = yield* waitFor(board, Math.min(end, askAt) - board.now, (happening) => {
      const hello = helloOf(happening);
      if (hello !== undefined) return hello;
      return happening.kind === "crashed" ? happening.text : undefined;
    });
    if (heard === undefined) {
      board.send(toProgram(topic, { do: "report" }));
      askAt = board.now + limits.reportMs;
    } else if (typeof heard === "string") {
      crashes++;
      healthySince = -1;
      board.save({ ...board.state, task: { ...task, starts, crashes } });
      board.emit({ event: "crashed", text: heard, count: crashes });
      if (crashes >= limits.crashes)
        return { code: "PROGRAM_CRASHES", text: `it ended ${crashes} times: ${heard}` };
    } else {
      const news = `${heard.app} ${heard.version} ${heard.healthy}`;
      if (news !== last) {
        const { app, version, healthy } = heard;
        board.emit({ event: "hello", app, version, healthy });
      }
      last = news;
      why = heard.why;
      if (heard.boots !== boots || !heard.healthy) healthySince = -1;
      boots = heard.boots;
      if (!heard.healthy) continue;
      if (healthySince < 0) {
        healthySince = board.now;
        askAt = healthySince + limits.confirmMs;
      } else if (board.now - healthySince >= limits.confirmMs) return undefined;
    }
  }
  if (last === "") return { code: "NOT_HEALTHY", text: "the new program did not say a word" };
  return {
    code: "NOT_HEALTHY",
    text: `the new program did not become healthy${why === "" ? "" : `: ${why}`}`,
  };
}
