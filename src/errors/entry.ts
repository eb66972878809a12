/** One error a user can meet, with what to do about it. */
export interface CatalogEntry {
  /** Stable, for scripts. */
  readonly code: string;
  /** The original Updater's number, or Sluice's own from 17 on; absent for errors that only the host knows. */
  readonly number?: number;
  /** What happened, one sentence. */
  readonly sentence: string;
  /** What to do, one or two sentences. */
  readonly remedy: string;
}
