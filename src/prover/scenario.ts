import type { PowerSafety } from "../../boards/index.js";
import { NorFlash } from "../board/nor-flash.js";
import { RtcMemory } from "../board/rtc.js";
import { StartReason } from "../core/update/boot.js";

/** What went wrong, by kind. Each is a column of the prover's table. */
export const findingKinds = [
  /** Nothing sound runs: rescue by cable. */
  "brick",
  /** Bytes were started that are none of the whole images. */
  "unverified",
  /** A confirmed version, or a filesystem, is gone without a whole successor. */
  "lost",
  /** An older version runs although a newer one was confirmed. */
  "downgrade",
  /** A committed, healthy version was taken back although nothing happened but power cuts. */
  "uninstalled",
  /** The update is not in, and sending it again does not bring it in. */
  "stuck",
  /** A write outside the place that the update may touch. */
  "outside",
] as const;

export type FindingKind = (typeof findingKinds)[number];

export interface Finding {
  readonly kind: FindingKind;
  readonly text: string;
}

/**
 * All that a board carries from one moment to the next: flash, RTC memory, why it last started. `marks` are the truth
 * that it is judged by and that it cannot know itself, one letter for each thing that has happened:
 * "c" the update was committed, "f" the new version was confirmed, "e" the errand was taken, others as a scenario likes.
 */
export class World {
  reason = StartReason.PowerOn;
  marks = "";
  /** Cuts that the board took for a watchdog's. */
  watchdogs = 0;
  /** Whether anything on this board reads RTC memory; where nothing does, what it holds makes no other state. */
  readsRtc = false;
  /** Called with what happens, in a replay. */
  onLog: ((text: string) => void) | undefined;

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
    const copy = new World(flash, this.rtc.fork());
    copy.watchdogs = this.watchdogs;
    copy.readsRtc = this.readsRtc;
    copy.reason = this.reason;
    copy.marks = this.marks;
    return copy;
  }

  mark(letter: string): void {
    if (!this.marks.includes(letter)) this.marks = [...this.marks, letter].sort().join("");
  }

  unmark(letter: string): void {
    this.marks = this.marks.replace(letter, "");
  }

  has(letter: string): boolean {
    return this.marks.includes(letter);
  }

  /** Power comes back, or the chip resets. */
  restart(reason: StartReason): void {
    this.reason = reason;
  }

  log(text: string): void {
    this.onLog?.(text);
  }
}

/** How a version behaves once it runs. */
export type Health = "well" | "throws" | "hangs";

/** One update path on one layout, as code on a world. Everything in it is deterministic. */
export interface Scenario {
  /** Name of the layout: a board's id, or a table that no board of ours has. */
  readonly layout: string;
  readonly path: string;
  /** For a firmware update it is what the layout's data claims. */
  readonly claim: PowerSafety;
  /** A few words on what is cut, for the table. */
  readonly what: string;
  /**
   * Addresses of what alone decides which firmware starts. Where it takes nothing, firmware that fails cannot be given up.
   */
  readonly switchAt?: { readonly start: number; readonly end: number } | undefined;
  /** The board before: images in place and confirmed. Called once. */
  readonly start: () => World;
  /** What the power is cut in. Leaves by PowerCut when it is. */
  readonly act: (world: World) => Finding[];
  /**
   * Power is back: starts, decides, resumes, confirms, sends the update again if it is not in.
   * @returns what is wrong with how it ended
   */
  readonly recover: (world: World) => Finding[];
}

export function scenarioId(scenario: Scenario): string {
  return `${scenario.layout}/${scenario.path}`;
}

/** Sets findings down in the order in which they were met, each once. */
export class Findings {
  readonly list: Finding[] = [];

  constructor(private readonly world: World) {}

  add(kind: Finding["kind"], text: string): void {
    this.world.log(`!! ${kind}: ${text}`);
    if (!this.list.some((one) => one.kind === kind && one.text === text)) this.list.push({ kind, text });
  }

  get any(): boolean {
    return this.list.length > 0;
  }
}
