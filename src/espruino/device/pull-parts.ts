import type { BootState } from "../../core/journal.js";
import type { Bytes, Crypto } from "../../core/ports.js";
import type { PullReport } from "../../core/pull/report.js";
import type { Shunned } from "../../core/pull/shun.js";
import type { UpdateRun } from "../../core/update-run.js";
import type { PullOptions, PullReply } from "./sluice.js";

/** What is kept between two polls. Data only: something of the lazy module would keep all of it in memory. */
export interface PullMemory {
  /** Agent's ms of the next poll; -1: none, -2: the first of an interval, not settled yet. */
  dueAt: number;
  /** Polls in a row that found no server, or none that could answer. */
  failures: number;
  shunned: Shunned | undefined;
  /** What the server is still to be told: "installed" or "rolled-back" of this start, then what polls had to say. */
  news: string;
  reports: PullReport[];
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
  readonly done: (reply: PullReply) => void;
  readonly restart: () => void;
  readonly notify: (event: object) => void;
}

/** A pull at work. @returns whether there is more to do */
export interface Puller {
  readonly tick: () => boolean;
}
