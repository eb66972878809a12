import { FaultNumber, fault } from "../errors.js";
import type { UpdateRun } from "../update/update.js";
import { PullError } from "./pull-error.js";
import type { PullJob } from "./pull-job.js";

/** Connections in a row that bring less than `progressBytes`. */
const mostTries = 5;
const progressBytes = 4096;
const firstPauseMs = 1000;
const longestPauseMs = 8000;

/**
 * Something went wrong, as the job says: another connection where that is of use, or the end, for the run as well.
 * @param run the update, once it began
 * @param again whether it is the connection's fault
 * @returns ms until the next connection, or -1
 */
export function trouble(job: PullJob, run: UpdateRun | undefined, again: boolean): number {
  const image = job.image;
  if (again && image !== undefined) {
    job.tries = job.received - job.from >= progressBytes ? 1 : job.tries + 1;
    // Only what is told from another image of its length can go on.
    const isIdentified = image.etag.length > 0 || image.md5.length > 0 || image.sha256.length > 0;
    if (job.tries <= mostTries && (job.received === 0 || isIdentified)) {
      let wait = firstPauseMs;
      for (let i = 1; i < job.tries && wait < longestPauseMs; i++) wait *= 2;
      job.error = PullError.None;
      job.detail = "";
      return wait;
    }
  }
  // In the middle of the image a broken connection is the original's "Stream Read Timeout".
  const isStream = job.error < 0 && job.error > PullError.Space && job.received > 0;
  if (job.error > 0) job.fault = fault(job.error, job.detail);
  else if (isStream) job.fault = fault(FaultNumber.Stream, "");
  if (run === undefined) return -1;
  const said = job.detail.length > 0 ? job.detail : `HTTP error ${job.error}`;
  run.fail(job.fault === undefined ? fault(FaultNumber.Aborted, said) : job.fault);
  return -1;
}
