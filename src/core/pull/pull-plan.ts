import type { ExchangeTimes } from "./exchange.js";
import type { PullUrl } from "./pull-url.js";
import type { BoardFacts } from "./request.js";

export const enum PullOutcome {
  Failed = 0,
  NoUpdates = 1,
  Ok = 2,
}

/** How a pull ended. */
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

/** What to ask, whom, and what to take. */
export interface PullPlan {
  readonly url: PullUrl;
  /** Value of the Authorization header, or "". */
  readonly authorization: string;
  readonly facts: BoardFacts;
  /** What the image must be, whatever the server says (setMD5sum); or "". */
  readonly expectedMd5: string;
  /** MD5 of the image that runs, and of the one that the board came back from; "" where there is none. */
  readonly runningMd5: string;
  readonly givenUpMd5: string;
  /** Take nothing older than what runs. */
  readonly newerOnly: boolean;
  /** Restart into the new version. */
  readonly restarts: boolean;
  /** Why an image (PullResult.image) is not to be tried now, or "". */
  readonly shunned: (image: string) => string;
  readonly times: ExchangeTimes;
}
