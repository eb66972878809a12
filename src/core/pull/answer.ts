import { decimal, find, isHex } from "../text.js";
import { olderThan } from "../version.js";

import { headerOf, ResponseHeader } from "./head.js";
import { headerValue } from "./introduction.js";
import {
  nameOfImage,
  PullError,
  type PullImage,
  type PullJob,
  PullOutcome,
  type PullPlan,
  type ResponseHead,
} from "./job.js";
import { blockReason } from "./retry.js";

/** `bytes 5-9/20` → [5, 9, 20]; undefined when it is anything else (RFC 9110 §14.4). */
function parseContentRange(text: string): number[] | undefined {
  if (text.slice(0, 6).toLowerCase() !== "bytes ") return undefined;
  const dash = text.indexOf("-");
  const slash = text.indexOf("/");
  if (dash < 0 || slash < dash) return undefined;
  const first = decimal(text.slice(6, dash));
  const last = decimal(text.slice(dash + 1, slash));
  const size = decimal(text.slice(slash + 1));
  if (first < 0 || last < first || size <= last) return undefined;
  return [first, last, size];
}

/** Whether a coding other than identity is named. */
function isCoded(coding: string): boolean {
  return coding.length > 0 && coding.toLowerCase() !== "identity";
}

/**
 * What an answer of status 200 or 206 announces. The MD5 that the application expects outranks the server's.
 * @returns undefined when it cannot be taken: the job has the reason
 */
function announcedBy(job: PullJob, head: ResponseHead): PullImage | undefined {
  const length = head.values[ResponseHeader.Length];
  const bytes = decimal(length || "");
  const range =
    head.status === 206 ? parseContentRange(headerOf(head, ResponseHeader.Range)) : [0, bytes - 1, bytes];
  const md5 = job.plan.expectedMd5.length > 0 ? job.plan.expectedMd5 : headerOf(head, ResponseHeader.Md5);
  const sha256 = headerOf(head, ResponseHeader.Sha256);
  job.error = PullError.NoSize;
  if (isCoded(headerOf(head, ResponseHeader.Encoding))) {
    job.error = PullError.Encoding;
    job.detail = "the image comes with a Content-Encoding";
  } else if (isCoded(headerOf(head, ResponseHeader.Transfer))) job.detail = "the answer is chunked";
  else if (length === undefined) job.detail = "no Content-Length";
  else if (bytes <= 0) job.detail = "Content-Length is not above 0";
  else if (range === undefined || range[1] - range[0] + 1 !== bytes)
    job.detail = "Content-Range and Content-Length do not go together";
  // A request for a part of the image is one for all that follows.
  else if (job.image !== undefined && range[1] + 1 !== range[2])
    job.detail = "not the range that was asked for";
  else {
    job.error = PullError.WrongMd5;
    if (md5.length > 0 && !isHex(md5, 32)) job.detail = "x-MD5 is no MD5";
    else if (sha256.length > 0 && !isHex(sha256, 64)) job.detail = "x-SHA256 is no SHA-256";
    else {
      job.error = PullError.None;
      // Only a strong tag means the same bytes (RFC 9110 §13.1.5). It is sent back, so it must be fit for a header.
      const tag = headerOf(head, ResponseHeader.Etag);
      const isStrong = tag.length > 2 && headerValue(tag) === tag && find(tag, '"', 0) === 0;
      return {
        size: range[2],
        md5: md5.toLowerCase(),
        sha256: sha256.toLowerCase(),
        version: headerOf(head, ResponseHeader.Version),
        etag: isStrong && tag.charAt(tag.length - 1) === '"' ? tag : "",
        first: range[0],
      };
    }
  }
  return undefined;
}

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
 * redirects are followed, which the original does only when it is set up to.
 */
function meaningOf(status: number): number {
  if (status === 200 || status === 206) return Meaning.Update;
  if (status === 204 || status === 304) return Meaning.NoUpdates;
  if ((status >= 301 && status <= 303) || status === 307 || status === 308) return Meaning.Redirect;
  if (status === 401) return PullError.Unauthorized;
  if (status === 403) return PullError.Forbidden;
  return status === 404 ? PullError.NotFound : PullError.WrongHttpCode;
}

/** Why an image is not worth stopping the equipment for, although the server offers it; or "". */
function objection(plan: PullPlan, now: number, image: PullImage): string {
  const md5 = image.md5;
  if (md5.length > 0 && md5 === plan.runningMd5) return "the image runs already";
  if (md5.length > 0 && md5 === plan.givenUpMd5) return "the board came back from this image";
  if (plan.newerOnly && image.version.length > 0 && olderThan(image.version, plan.version))
    return `${image.version} is older than what runs`;
  return blockReason(plan.blocked, now, nameOfImage(image));
}

/** 1: equal, -1: they contradict each other, 0: one of them is missing. */
function compared(one: string, other: string): number {
  if (one.length === 0 || other.length === 0) return 0;
  return one === other ? 1 : -1;
}

/** Whether a later answer is about the image that was announced before; in words why not, or "". */
function changed(job: PullJob, before: PullImage, now: PullImage): string {
  const md5 = compared(before.md5, now.md5);
  const sha256 = compared(before.sha256, now.sha256);
  const tag = compared(before.etag, now.etag);
  if (before.size !== now.size || md5 < 0 || sha256 < 0 || tag < 0) return "the server has another image now";
  return job.received > 0 && md5 + sha256 + tag === 0 ? "nothing says that it is the same image" : "";
}

/** What an answer leads to. */
export const enum AfterAnswer {
  /** The job holds how it ended. */
  Over = 0,
  /** Somewhere else. */
  Redirect = 1,
  /** There is an image that the board wants; what follows is its first bytes, or all of it. */
  Offer = 2,
  WholeOffer = 3,
  /** The requested bytes follow. */
  Image = 4,
  /** The server is out of order: the same again, later. */
  Broken = 5,
  /** The job holds what is wrong. */
  Wrong = 6,
}

/** What the head of an answer leads to. */
export function judgeAnswer(job: PullJob, now: number): AfterAnswer {
  const head = job.head;
  if (head === undefined) return AfterAnswer.Broken;
  const status = head.status;
  const plan = job.plan;
  const before = job.image;
  if (plan.body.length > 0) {
    // Third-party servers take no reports, and a retry does not change that.
    if (status < 500) job.outcome = PullOutcome.Ok;
    return AfterAnswer.Over;
  }
  const meaning = meaningOf(status);
  if (meaning === Meaning.Redirect) return AfterAnswer.Redirect;
  if (meaning < 0 || (before !== undefined && meaning !== Meaning.Update)) {
    job.error = meaning < 0 ? meaning : PullError.WrongHttpCode;
    job.detail = `status ${status}`;
    if (before !== undefined && status >= 500) return AfterAnswer.Broken;
    if (before !== undefined) job.detail += " in the middle of the image";
    return AfterAnswer.Wrong;
  }
  if (meaning === Meaning.NoUpdates) {
    job.outcome = PullOutcome.NoUpdates;
    return AfterAnswer.Over;
  }
  if (plan.asksVersion) {
    if (headerOf(head, ResponseHeader.Version).length > 0) job.outcome = PullOutcome.Ok;
    else job.error = PullError.NoVersion;
    return AfterAnswer.Over;
  }
  const image = announcedBy(job, head);
  if (image === undefined) return AfterAnswer.Wrong;
  if (before === undefined) {
    job.image = image;
    job.detail = objection(plan, now, image);
    if (job.detail.length === 0) return status === 200 ? AfterAnswer.WholeOffer : AfterAnswer.Offer;
    job.outcome = PullOutcome.NoUpdates;
    return AfterAnswer.Over;
  }
  job.detail = changed(job, before, image);
  job.error = PullError.ImageChanged;
  if (job.detail.length > 0) return AfterAnswer.Wrong;
  job.skip = job.received - image.first;
  if (job.skip < 0) {
    job.error = PullError.NoSize;
    job.detail = "not the range that was asked for";
    return AfterAnswer.Wrong;
  }
  job.error = PullError.None;
  return AfterAnswer.Image;
}
