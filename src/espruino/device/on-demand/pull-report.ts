import type { Chunk } from "../../../core/ports.js";
import { exchangeTimes } from "../../../core/pull/exchange.js";
import type { PullUrl } from "../../../core/pull/pull-url.js";
import { ReportTask } from "../../../core/pull/report-task.js";
import { EngineLink } from "../pull-link.js";
import type { PullJob, PullParts } from "../pull-parts.js";

/** Tells the server what there is to tell. */
export function openReport(what: { parts: PullParts; to: PullUrl; request: string }): PullJob {
  const now = what.parts.now;
  const link = new EngineLink({
    onConnected: () => task.onConnected(now()),
    onData: (data) => task.onData(now(), data as unknown as Chunk),
    onClosed: () => task.onClosed(),
  });
  const task = new ReportTask(what.parts.bytes, link, exchangeTimes);
  task.start(now(), what.to, what.request);
  return {
    tick: () => {
      task.tick(now());
      return !task.isOver();
    },
    end: () => task.isTaken(),
    abandon: () => link.close(),
  };
}
