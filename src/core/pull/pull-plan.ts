import type { Fault } from "../errors.js";
import type { Announced } from "./announced.js";
import type { ExchangeTimes } from "./exchange.js";
import type { PullUrl } from "./pull-url.js";
import type { Introduction } from "./request.js";

export const enum PullOutcome {
  Failed = 0,
  NoUpdates = 1,
  Ok = 2,
}

/** How an attempt ended, with numbers and details only: `explain` makes words of it. */
export interface PullEnd {
  readonly outcome: PullOutcome;
  /** PullError; 0 unless it failed. */
  readonly error: number;
  readonly detail: string;
  /** The update's own fault, where it is one. */
  readonly fault: Fault | undefined;
  readonly version: string;
  readonly image: string;
  readonly tried: boolean;
  /** Retry-After as it came. */
  readonly retryAfter: string;
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

/** What to ask, and whom. */
export interface PullPlan {
  readonly url: PullUrl;
  /** Value of the Authorization header, or "". */
  readonly authorization: string;
  readonly introduction: Introduction;
  /** Only the version is asked for. */
  readonly asksVersion: boolean;
  /** Command of the update (core/offer.ts). */
  readonly command: number;
  /** What the image must be, whatever the server says (setMD5sum); or "". */
  readonly expectedMd5: string;
  /** Restart into the new version. */
  readonly restarts: boolean;
  readonly times: ExchangeTimes;
}

/** What an attempt asks of others when the case arises; boards fetch the code for it only then. */
export interface PullJudges {
  /** Why an image is not worth the equipment's while (objection.ts), or "". */
  readonly objection: (image: Announced) => string;
  /** Where a redirect leads, or in words why nobody follows it (redirect.ts). */
  readonly redirected: (from: PullUrl, location: string) => PullUrl | string;
}
