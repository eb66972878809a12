import { FaultNumber, fault } from "../errors.js";
import { decimal } from "../text.js";

import type { Update } from "../update/update.js";
import { headerOf, ResponseHeader } from "./head.js";
import { type BlockedImage, PullError, type PullJob, PullOutcome } from "./job.js";

/** Longest pause that failures alone make of a shorter interval, ms. */
const longestBackOffMs = 3600000;

/** How often to poll. */
export interface PollTimes {
  /** ms between two polls. */
  readonly everyMs: number;
  /** Up to this share of it is added by chance, so that boards that got power together do not poll together. */
  readonly jitter: number;
}

/**
 * ms until the next poll: the interval, doubled for each failure in a row up to an hour (or the interval, if that is
 * longer), never less than the server requested, and then the jitter.
 * @param failures polls in a row that found no server, or none that could answer
 * @param retryAfterMs what the server requested, or 0
 * @param chance 0 up to, not including, 1
 */
export function nextPollMs(times: PollTimes, failures: number, retryAfterMs: number, chance: number): number {
  const most = times.everyMs > longestBackOffMs ? times.everyMs : longestBackOffMs;
  let wait = times.everyMs;
  for (let i = 0; i < failures && wait < most; i++) wait *= 2;
  if (wait > most) wait = most;
  if (wait < retryAfterMs) wait = retryAfterMs;
  return wait + Math.floor(wait * times.jitter * chance);
}

/** ms until the first poll after a start. */
export function firstPollMs(times: PollTimes, chance: number): number {
  return Math.floor(times.everyMs * times.jitter * chance);
}

/** Longest time that a server may keep a board away, ms. */
const longestAwayMs = 86400000;

/**
 * ms that the server wants to be left alone after a failure; 0: not stated. Of the two forms of Retry-After (RFC 9110
 * §10.2.3) only seconds: boards have no clock to compare a date with.
 */
export function retryAfterMs(job: PullJob): number {
  if (job.outcome !== PullOutcome.Failed || job.image !== undefined) return 0;
  const wait = decimal(headerOf(job.head, ResponseHeader.RetryAfter)) * 1000;
  if (wait < 0) return 0;
  return wait < longestAwayMs ? wait : longestAwayMs;
}

/** How often an image is tried that fails to install, and how long it is then blocked, ms: as the server does. */
const mostFailures = 3;
const restMs = 86400000;

/** The blocklist, which has room for one, after `image` failed. */
export function blockAfter(before: BlockedImage | undefined, now: number, image: string): BlockedImage {
  const failures = before !== undefined && before.image === image ? before.failures + 1 : 1;
  return { image: image, failures: failures, last: now };
}

/** Why not to try `image` now, or "". */
export function blockReason(known: BlockedImage | undefined, now: number, image: string): string {
  if (known === undefined || image.length === 0 || image !== known.image) return "";
  return known.failures >= mostFailures && now - known.last < restMs
    ? `this image went wrong ${mostFailures} times`
    : "";
}

/** Connections in a row that bring less than `progressBytes`. */
const mostConnections = 5;
const progressBytes = 4096;
const firstPauseMs = 1000;
const longestPauseMs = 8000;

/**
 * Something failed, as the job describes: another connection where that is of use, or the end, for the update as well.
 * @param run the update, once it began
 * @param again whether it is the connection's fault
 * @returns ms until the next connection, or -1
 */
export function trouble(job: PullJob, run: Update | undefined, again: boolean): number {
  const image = job.image;
  if (again && image !== undefined) {
    job.tries = job.received - job.from >= progressBytes ? 1 : job.tries + 1;
    // Only what can be distinguished from another image of its length can go on.
    const isIdentified = image.etag.length > 0 || image.md5.length > 0 || image.sha256.length > 0;
    if (job.tries <= mostConnections && (job.received === 0 || isIdentified)) {
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
  const text = job.detail.length > 0 ? job.detail : `HTTP error ${job.error}`;
  run.fail(job.fault === undefined ? fault(FaultNumber.Aborted, text) : job.fault);
  return -1;
}
