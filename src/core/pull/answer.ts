import { olderThan } from "../version.js";
import { type Announced, announcedBy, nameOfImage } from "./announced.js";
import { PullError } from "./pull-error.js";
import { type PullJob, PullOutcome, type PullPlan } from "./pull-job.js";
import { Verdict } from "./pull-steps.js";
import { shunReason } from "./shun.js";

/** What an HTTP status means to an update client; failures have their PullError, below 0. */
const enum Meaning {
  /** There is an image. */
  Update = 0,
  NoUpdates = 1,
  /** Somewhere else. */
  Redirect = 2,
}

/**
 * The original's switch (ESP8266httpUpdate.cpp, handleUpdate; 204 from arduino-esp32's). 206 answers our Range, and
 * redirects are followed where the original has to be told to.
 */
function meaningOf(status: number): number {
  switch (status) {
    case 200:
    case 206:
      return Meaning.Update;
    case 204:
    case 304:
      return Meaning.NoUpdates;
    case 301:
    case 302:
    case 303:
    case 307:
    case 308:
      return Meaning.Redirect;
    case 401:
      return PullError.Unauthorized;
    case 403:
      return PullError.Forbidden;
    case 404:
      return PullError.NotFound;
    default:
      return PullError.WrongHttpCode;
  }
}

/** Why an image is not worth the equipment's while, whatever the server thinks; or "". */
function objection(plan: PullPlan, now: number, image: Announced): string {
  const md5 = image.md5;
  if (md5.length > 0 && md5 === plan.runningMd5) return "the image runs already";
  if (md5.length > 0 && md5 === plan.givenUpMd5) return "the board came back from this image";
  if (plan.newerOnly && image.version.length > 0 && olderThan(image.version, plan.version))
    return `${image.version} is older than what runs`;
  return shunReason(plan.shunned, now, nameOfImage(image));
}

/** 1: both say the same, -1: they contradict each other, 0: one of them says nothing. */
function compared(one: string, other: string): number {
  if (one.length === 0 || other.length === 0) return 0;
  return one === other ? 1 : -1;
}

/** Whether a later answer is about the image that was announced before; in words why not, or "". */
function changed(job: PullJob, before: Announced, now: Announced): string {
  const md5 = compared(before.md5, now.md5);
  const sha256 = compared(before.sha256, now.sha256);
  const tag = compared(before.etag, now.etag);
  if (before.size !== now.size || md5 < 0 || sha256 < 0 || tag < 0) return "the server has another image now";
  return job.received > 0 && md5 + sha256 + tag === 0 ? "nothing says that it is the same image" : "";
}

/** What the head of an answer leads to. */
export function judgeAnswer(job: PullJob, now: number): Verdict {
  const head = job.head;
  if (head === undefined) return Verdict.Broken;
  const status = head.status;
  const plan = job.plan;
  const before = job.image;
  if (plan.body.length > 0) {
    // Servers of other people know no reports, and will not learn of them by trying again.
    if (status < 500) job.outcome = PullOutcome.Ok;
    return Verdict.Over;
  }
  const meaning = meaningOf(status);
  if (meaning === Meaning.Redirect) return Verdict.Redirect;
  if (meaning < 0 || (before !== undefined && meaning !== Meaning.Update)) {
    job.error = meaning < 0 ? meaning : PullError.WrongHttpCode;
    job.detail = `status ${status}`;
    if (before !== undefined && status >= 500) return Verdict.Broken;
    if (before !== undefined) job.detail += " in the middle of the image";
    return Verdict.Wrong;
  }
  if (meaning === Meaning.NoUpdates) {
    job.outcome = PullOutcome.NoUpdates;
    return Verdict.Over;
  }
  if (plan.asksVersion) {
    if (head.version.length > 0) job.outcome = PullOutcome.Ok;
    else job.error = PullError.NoVersion;
    return Verdict.Over;
  }
  const image = announcedBy(job, head);
  if (image === undefined) return Verdict.Wrong;
  if (before === undefined) {
    job.image = image;
    job.detail = objection(plan, now, image);
    if (job.detail.length === 0) return status === 200 ? Verdict.WholeOffer : Verdict.Offer;
    job.outcome = PullOutcome.NoUpdates;
    return Verdict.Over;
  }
  job.detail = changed(job, before, image);
  job.error = PullError.ImageChanged;
  if (job.detail.length > 0) return Verdict.Wrong;
  job.skip = job.received - image.first;
  if (job.skip < 0) {
    job.error = PullError.NoSize;
    job.detail = "not the range that was asked for";
    return Verdict.Wrong;
  }
  job.error = PullError.None;
  return Verdict.Image;
}
