/** Thrown out of a flash operation when the power goes at that moment. Nothing above may catch it and go on. */
export class PowerCut extends Error {
  constructor(message = "power lost") {
    super(message);
    this.name = "PowerCut";
  }
}

/**
 * What an interrupted flash operation leaves behind. A program may have cleared any subset of the bits it was to
 * clear; an erase may have set any subset of the bits that were 0.
 */
export type Tear =
  /** Nothing happened yet. */
  | { readonly mode: "nothing" }
  /** The first half of the bytes is done. */
  | { readonly mode: "half" }
  /** A seeded random subset of the bits is done. */
  | { readonly mode: "bits"; readonly seed: number }
  /** All but one bit is done. */
  | { readonly mode: "all-but-one" }
  /** All is done, and the power goes right after. */
  | { readonly mode: "complete" };

export const tearModes = ["nothing", "half", "bits", "all-but-one", "complete"] as const;

/** Makes a tear of a mode; `seed` counts for "bits" only. */
export function tearOf(mode: (typeof tearModes)[number], seed = 1): Tear {
  return mode === "bits" ? { mode, seed } : { mode };
}
