import type { Fault } from "../errors.js";
import type { Chunk } from "../ports.js";

/**
 * A place that an image can go to: an app slot, the other firmware partition, a staging area. The updater hands it
 * the first bytes to judge, then everything in order, then has it verified and, separately, committed.
 */
export interface Target {
  readonly name: string;
  /** Bytes of the largest image for this command; 0 when the command is not for this target. */
  readonly capacity: (command: number) => number;
  /** How many first bytes `judge` wants to see (or all, if the image is shorter). */
  readonly headLength: number;
  /** Whether an image that starts like this is this target's business. */
  readonly recognises: (head: Chunk, command: number) => boolean;
  /** Judges the header; nothing may be erased or written yet. */
  readonly judge: (head: Chunk, size: number) => Fault | undefined;
  /** The next bytes: whole blocks of the runtime's (ports.ts BlockBuffer) and what remains, the first ones included. */
  readonly write: (chunk: Chunk) => Fault | undefined;
  /**
   * Reads back what is in flash and hashes it.
   * @param md5 of the bytes that were received, 32 hex digits
   * @param sha256 what it must be, 64 hex digits, or ""; looked at where the runtime can hash all of the place at once
   */
  readonly verify: (md5: string, sha256: string) => Fault | undefined;
  /** The one atomic step after which the next start runs the new image. */
  readonly commit: () => Fault | undefined;
  /** What it is, once judged: "garden@2.0.0". */
  readonly describe: () => string;
}
