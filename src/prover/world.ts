import { NorFlash } from "../board/nor-flash.js";
import { RtcMemory } from "../board/rtc.js";
import { StartReason } from "../core/update/boot.js";

/** What went wrong, by kind. Each is a column of the prover's table. */
export type FindingKind =
  /** Nothing sound runs: rescue by cable. */
  | "brick"
  /** Bytes were started that are none of the whole images. */
  | "unverified"
  /** A confirmed version, or a filesystem, is gone without a whole successor. */
  | "lost"
  /** An older version runs although a newer one was confirmed. */
  | "downgrade"
  /** A committed, healthy version was taken back although nothing happened but power cuts. */
  | "uninstalled"
  /** The update is not in, and sending it again does not bring it in. */
  | "stuck"
  /** A write outside the place that the update may touch. */
  | "outside";

export interface Finding {
  readonly kind: FindingKind;
  readonly text: string;
}

export const findingKinds: readonly FindingKind[] = [
  "brick",
  "unverified",
  "lost",
  "downgrade",
  "uninstalled",
  "stuck",
  "outside",
];

/**
 * All that a board carries from one moment to the next: flash, RTC memory, why it last started. `marks` are the truth
 * that it is judged by and that it cannot know itself, one letter for each thing that has happened:
 * "c" the update was committed, "f" the new version was confirmed, others as a scenario likes.
 */
export class World {
  reason = StartReason.PowerOn;
  marks = "";
  /** Told what happens, in a replay. */
  say: ((text: string) => void) | undefined;

  constructor(
    readonly flash: NorFlash,
    readonly rtc = new RtcMemory(),
  ) {}

  static blank(size: number, blockLength: number, base = 0): World {
    return new World(new NorFlash({ size, blockLength, base }));
  }

  /** A board of its own in the same state. */
  fork(): World {
    return this.withFlash(this.flash.fork());
  }

  withFlash(flash: NorFlash): World {
    const rtc = new RtcMemory();
    rtc.write(0, this.rtc.read(0, 512));
    const copy = new World(flash, rtc);
    copy.reason = this.reason;
    copy.marks = this.marks;
    return copy;
  }

  mark(letter: string): void {
    if (!this.marks.includes(letter)) this.marks = [...this.marks, letter].sort().join("");
  }

  has(letter: string): boolean {
    return this.marks.includes(letter);
  }

  /** Power comes back, or the chip resets. */
  restart(reason: StartReason): void {
    this.reason = reason;
  }

  tell(text: string): void {
    this.say?.(text);
  }
}
