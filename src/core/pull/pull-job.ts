import type { Fault } from "../errors.js";
import type { Announced } from "./announced.js";
import { PullError } from "./pull-error.js";
import type { PullUrl } from "./pull-url.js";
import type { ResponseHead } from "./response-head.js";
import type { Shunned } from "./shun.js";

export const enum PullOutcome {
  Failed = 0,
  NoUpdates = 1,
  /** Also of a report: it need not be sent again. */
  Ok = 2,
}

export const enum PullPhase {
  /** A connection is being made; nothing was sent. */
  Connecting = 0,
  /** A request is out. */
  Head = 1,
  /** The head of an answer whose body is of no use is in: judged as soon as the connection is gone. */
  Answered = 2,
  /** The offer stands, nobody is connected; the equipment is on its way to its safe state. */
  Preparing = 3,
  /** Bytes of the image. */
  Receiving = 4,
  /** The connection broke; the next one comes after a pause. */
  Pausing = 5,
  /** All bytes are in; a surplus one would end it. */
  Received = 6,
  Over = 7,
}

/** What a board says of itself and of its secret in all its requests (board-facts.ts). */
export interface Introduction {
  readonly userAgent: string;
  /** Header lines, each with its end. */
  readonly lines: string;
  /** Value of the Authorization header, or "". */
  readonly authorization: string;
  /** What is posted: a report. "": an update is asked for. */
  readonly body: string;
}

/** What to ask, and whom; and what of the answers is wanted. */
export interface PullPlan extends Introduction {
  readonly url: PullUrl;
  /** Only the version is asked for. */
  readonly asksVersion: boolean;
  /** Command of the update (core/update/offer.ts). */
  readonly command: number;
  /** What the image must be, whatever the server says (setMD5sum); or "". */
  readonly expectedMd5: string;
  /** Restart into the new version. */
  readonly restarts: boolean;
  /** MD5 of the image that runs, and of the one that the board came back from; "" where there is none. */
  readonly runningMd5: string;
  readonly givenUpMd5: string;
  /** Of what runs. */
  readonly version: string;
  /** Take nothing older than that. */
  readonly newerOnly: boolean;
  readonly shunned: Shunned | undefined;
}

/**
 * A pull as data: all that one step of it leaves for the next, so that a board has the code of one step in memory. At its
 * end it says how it ended, with numbers and details only: `explain` makes words of it.
 */
export interface PullJob {
  readonly plan: PullPlan;
  phase: PullPhase;
  /** ms when the phase began, or its last byte came; while it pauses: when it goes on. */
  since: number;
  /** Where the next or the current answer comes from. */
  url: PullUrl;
  /** Addresses that redirected, for one request. */
  visited: string[];
  /** Of the current answer, as far as it is in and of use. */
  head: ResponseHead | undefined;
  /** What the server has; undefined before it said so. */
  image: Announced | undefined;
  /** Bytes of the image that are written; and where the current connection began. */
  received: number;
  from: number;
  /** Bytes of the answer that are there already. */
  skip: number;
  /** Connections in a row that brought little. */
  tries: number;
  /** ms when the download began. */
  begun: number;
  /** Whether the equipment was safe and the image's bytes were asked for. */
  tried: boolean;
  outcome: PullOutcome;
  /** PullError, or the number of an update's fault; 0 unless it failed. */
  error: number;
  /** What else there is to say, or "". */
  detail: string;
  /** The update's own fault, where it is one. */
  fault: Fault | undefined;
}

export function newJob(plan: PullPlan): PullJob {
  return {
    plan: plan,
    phase: PullPhase.Connecting,
    since: 0,
    url: plan.url,
    visited: [],
    head: undefined,
    image: undefined,
    received: 0,
    from: 0,
    skip: 0,
    tries: 0,
    begun: 0,
    tried: false,
    outcome: PullOutcome.Failed,
    error: PullError.None,
    detail: "",
    fault: undefined,
  };
}

/** How a pull ended, in words. */
export interface PullResult {
  readonly outcome: PullOutcome;
  /** As getLastError gives it; 0 unless it failed. */
  readonly error: number;
  /** Stable; "" unless it failed. */
  readonly code: string;
  /** As getLastErrorString gives it. */
  readonly text: string;
  /** What else there is to say, also where nothing failed. */
  readonly detail: string;
  /** x-version of what the server has, or "". */
  readonly version: string;
  /** MD5, else entity tag, of the image it was about; "" before there was one. */
  readonly image: string;
  /** Whether the equipment was safe and the image's bytes were asked for. */
  readonly tried: boolean;
  /** Seconds that the server asks to be left alone; 0: it did not say. */
  readonly retryAfter: number;
}
