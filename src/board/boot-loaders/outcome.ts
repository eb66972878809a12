import type { SlotVerdict } from "./slot-verdict.js";

/** Which of the vendors' boot loaders ran; "none" where the engine is a program of the host. */
export type BootLoaderName = "esp32" | "eboot" | "none";

interface BootFacts {
  readonly loader: BootLoaderName;
  /** What the boot loader printed, over all its resets. */
  readonly console: string;
  /** Resets that it did itself before it came to this. */
  readonly resets: number;
}

/** It jumped into an image. Whether that was wise is the verdict's to say. */
export interface BootedImage extends BootFacts {
  readonly kind: "image";
  /** "factory", "ota_0", "test", "sketch", … */
  readonly slot: string;
  /** Address in flash. */
  readonly offset: number;
  /** Bytes from `offset` that the boot loader read. */
  readonly length: number;
  /** Where the processor was sent. */
  readonly entry: number;
  readonly verdict: SlotVerdict;
}

/** The slot is blank and the caller said that this stands for the virtual board's own firmware. */
export interface BootedVirtual extends BootFacts {
  readonly kind: "virtual";
  readonly slot: string;
  readonly offset: number;
}

/** Halted, or resetting for ever: a board to be rescued by cable. */
export interface BootedNothing extends BootFacts {
  readonly kind: "nothing";
  readonly reason: string;
}

export type BootOutcome = BootedImage | BootedVirtual | BootedNothing;

/** One line for people: "ota_0 at 0x190000, garden 1.2.3". */
export function bootText(outcome: BootOutcome): string {
  switch (outcome.kind) {
    case "nothing":
      return `nothing boots: ${outcome.reason}`;
    case "virtual":
      return `${outcome.slot} at 0x${outcome.offset.toString(16)}, the virtual board's own firmware`;
    case "image": {
      const { project, version, sound, why } = outcome.verdict;
      const name = `${project} ${version}`.trim();
      const what = sound ? name || "a sound image" : `a damaged image (${why})`;
      return `${outcome.slot} at 0x${outcome.offset.toString(16)}, ${what}`;
    }
  }
}

/** The same for scripts: which slot, and what its descriptor says. */
export function firmwareFacts(outcome: BootOutcome): Record<string, string> {
  if (outcome.kind !== "image") return {};
  const { project, version } = outcome.verdict;
  return { slot: outcome.slot, project, version };
}
