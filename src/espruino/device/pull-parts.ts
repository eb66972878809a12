import type { BootState } from "../../core/journal.js";
import type { Bytes, Crypto } from "../../core/ports.js";
import type { Announced } from "../../core/pull/announced.js";
import type { Taste } from "../../core/pull/objection.js";
import type { PullEnd, PullPlan } from "../../core/pull/pull-plan.js";
import type { PullUrl } from "../../core/pull/pull-url.js";
import type { PullReport } from "../../core/pull/report.js";
import type { Shunned } from "../../core/pull/shun.js";
import type { UpdateRun } from "../../core/update-run.js";
import type { PullOptions, PullReply } from "./sluice.js";

/**
 * What is kept between two polls, and what one stage of a poll hands to the next. Data only: a function of an on-demand
 * module would keep all of that module in memory.
 */
export interface PullMemory {
  /** Agent's ms of the next poll; -1: none, -2: the first of an interval, not settled yet. */
  dueAt: number;
  /** Polls in a row that found no server, or none that could answer. */
  failures: number;
  shunned: Shunned | undefined;
  /** What the server is to hear of this start: "installed", "rolled-back" or "". */
  news: string;
  /** What it is to hear besides. */
  reports: PullReport[];
  /** Image and code of the refusal that was reported last: one report is enough, however often the board asks. */
  refused: string;
  /** The server took no report: it is told after the next poll. */
  isDeaf: boolean;
}

/** What the agent hands to a pull when it is due. */
export interface PullParts {
  readonly options: PullOptions;
  readonly memory: PullMemory;
  readonly bytes: Bytes;
  readonly crypto: Crypto;
  readonly run: UpdateRun;
  readonly freeSpace: (command: number) => number;
  /** "garden@1.0.0", or "none". */
  readonly app: string;
  /** Slot of the app, -1 in safe mode; and what the journal says of the others. */
  readonly appSlot: number;
  readonly state: BootState;
  readonly now: () => number;
  readonly restart: () => void;
  readonly notify: (event: object) => void;
}

/** The first stage's work: what to do next. */
export interface PullStep {
  /** "report", "poll", "wait", or "refuse" with the reason. */
  readonly next: "report" | "poll" | "wait" | "refuse";
  readonly reason: string;
  readonly plan: PullPlan | undefined;
  readonly taste: Taste | undefined;
  readonly reportTo: PullUrl | undefined;
  readonly reportRequest: string;
}

/** A report or an attempt at work. */
export interface PullJob {
  /** @returns whether there is more to do */
  readonly tick: () => boolean;
  /** How the attempt ended; of a report, whether it was taken. */
  readonly end: () => PullEnd | boolean;
  /** The equipment goes on, whatever state this is in. */
  readonly abandon: (reason: string) => void;
}

export interface AttemptParts {
  readonly bytes: Bytes;
  readonly run: UpdateRun;
  readonly now: () => number;
  readonly plan: PullPlan;
  readonly objection: (image: Announced) => string;
  readonly redirected: (from: PullUrl, location: string) => PullUrl | string;
}

export interface EndParts {
  readonly parts: PullParts;
  readonly end: PullEnd;
}

/** What the last stage makes of it. */
export interface PullVerdict {
  readonly reply: PullReply;
  readonly restarts: boolean;
}
