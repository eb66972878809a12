import type { Journal } from "../../core/journal.js";

/** What the lazy half of the native update is given. */
export interface NativeParts {
  readonly journal: Journal;
  /** 1 or 2, the slot that runs. */
  readonly userSlot: number;
}
