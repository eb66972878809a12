import { FaultNumber, fault } from "../../../core/errors.js";
import type { Chunk } from "../../../core/ports.js";
import { PullAttempt } from "../../../core/pull/pull-attempt.js";
import { PullError } from "../../../core/pull/pull-error.js";
import { type PullEnd, PullOutcome } from "../../../core/pull/pull-plan.js";
import { EngineLink } from "../pull-link.js";
import type { AttemptParts, PullJob } from "../pull-parts.js";

const never: PullEnd = {
  outcome: PullOutcome.Failed,
  error: PullError.ConnectionLost,
  detail: "",
  fault: undefined,
  version: "",
  image: "",
  tried: false,
  retryAfter: "",
};

/** Stage two: the attempt itself. */
export function openAttempt(parts: AttemptParts): PullJob {
  const link = new EngineLink({
    onConnected: () => attempt.onConnected(parts.now()),
    onData: (data) => attempt.onData(parts.now(), data as unknown as Chunk),
    onClosed: () => attempt.onClosed(parts.now()),
  });
  const attempt = new PullAttempt(parts.bytes, parts.run, link, parts.plan, parts);
  attempt.start(parts.now());
  return {
    tick: () => {
      attempt.tick(parts.now());
      return attempt.result() === undefined;
    },
    end: () => attempt.result() || never,
    abandon: (reason) => attempt.abandon(fault(FaultNumber.Aborted, reason)),
  };
}
