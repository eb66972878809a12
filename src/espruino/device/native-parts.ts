import type { AppHeader } from "../../core/app-header.js";
import type { Homecoming } from "../../core/firmware/homecoming.js";
import type { NativeTarget } from "../../core/firmware/native-target.js";
import type { Journal } from "../../core/journal.js";
import type { Notes } from "../../core/notes.js";
import type { Bytes, Checksum, Flash } from "../../core/ports.js";
import type { SlotWriter } from "../../core/slot-writer.js";
import type { StoreLayout } from "../../core/store.js";

/** What the half that is there on demand is given: what the agent has anyhow. */
export interface NativeParts {
  readonly bytes: Bytes;
  readonly checksum: Checksum;
  readonly layout: StoreLayout;
  readonly store: Flash;
  readonly journal: Journal;
  readonly writer: SlotWriter;
  readonly journalOf: (storage: Flash) => Journal;
  readonly notesOf: (storage: Flash) => Notes;
  readonly headerAt: (storage: Flash, block: number) => AppHeader | undefined;
  /** 1 or 2, the slot that runs. */
  readonly userSlot: number;
}

export interface NativeHalf {
  readonly target: () => NativeTarget;
  readonly homecoming: () => Homecoming;
}
