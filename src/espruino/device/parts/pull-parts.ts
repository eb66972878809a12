import type { Crypto } from "../../../core/ports.js";
import type { Taste } from "../../../core/pull/objection.js";
import type { PullPlan } from "../../../core/pull/pull-plan.js";
import type { PullUrl } from "../../../core/pull/pull-url.js";
import type { PullState } from "../resident/parts.js";
import type { Resident } from "../resident/resident.js";

/** What a poll is made with. */
export interface PullParts {
  readonly it: Resident;
  readonly state: PullState;
  readonly crypto: Crypto;
}

/** What there is to do next. */
export interface PullStep {
  /** "report", "poll", "wait", or "refuse" with the reason. */
  readonly next: "report" | "poll" | "wait" | "refuse";
  readonly reason: string;
  readonly plan: PullPlan | undefined;
  readonly taste: Taste | undefined;
  readonly reportTo: PullUrl | undefined;
  readonly reportRequest: string;
}
