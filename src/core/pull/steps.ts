import type { Chunk } from "../ports.js";
import type { Update } from "../update/update.js";
import type { PullJob } from "./job.js";
import type { PullUrl } from "./url.js";

/** The connection, as little of it as is needed: one at a time. A new `connect` drops the one before. */
export interface PullLink {
  readonly connect: (to: PullUrl) => void;
  readonly send: (text: string) => void;
  readonly close: () => void;
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

/** The steps of a pull that are over in a moment, each a function over the job: boards load one at a time. */
export const enum PullStep {
  Request = 0,
  Head = 1,
  Answer = 2,
  Redirect = 3,
  Trouble = 4,
}

export interface PullStepTypes {
  /** request.ts */
  [PullStep.Request]: (job: PullJob) => string;
  /** head.ts; @returns how many bytes belong to the head */
  [PullStep.Head]: (job: PullJob, chunk: Chunk) => number;
  /** answer.ts */
  [PullStep.Answer]: (job: PullJob, now: number) => AfterAnswer;
  /** redirect.ts; @returns why not, or "" */
  [PullStep.Redirect]: (job: PullJob) => string;
  /** retry.ts; @returns ms until the next connection, or -1: it is over */
  [PullStep.Trouble]: (job: PullJob, run: Update | undefined, again: boolean) => number;
}

/** Loads a step; its memory is free once the caller drops the reference. */
export type PullSteps = <S extends PullStep>(step: S) => PullStepTypes[S];
