/**
 * What an update through the gateway tells besides the steps that every upload has (`retry`, `progress`, `sent`,
 * `result`, `failed`; src/host/espota/events.ts). Sizes are bytes, waits seconds.
 */
export type GatewayStep =
  /** The program on the board was asked to bring its equipment to the safe state. */
  | {
      readonly event: "preparing";
      readonly board: string;
      readonly size: number;
      readonly sha256: string;
      readonly attempt: number;
    }
  /** The board has this very program; nothing was done. */
  | { readonly event: "unchanged"; readonly sha256: string }
  | { readonly event: "offline"; readonly wait: number }
  | { readonly event: "closing"; readonly reason: string; readonly wait: number }
  /** Verified safe by the program, or nothing runs on the board, or forced: nobody knows. */
  | { readonly event: "safe"; readonly by: "program" | "nothing-runs" | "force" }
  /** The gateway has no copy of what the board runs, so it could not bring it back. */
  | { readonly event: "no-way-back"; readonly sha256: string }
  /** The first byte goes out; from here on the old program is gone from the board. */
  | { readonly event: "writing"; readonly address: string; readonly size: number; readonly attempt: number }
  /** What the board has is what was sent; only now it is started. */
  | { readonly event: "verified"; readonly sha256: string }
  | { readonly event: "mismatch"; readonly sha256: string }
  | { readonly event: "trial"; readonly wait: number }
  | { readonly event: "hello"; readonly app: string; readonly version: string; readonly healthy: boolean }
  | { readonly event: "crashed"; readonly text: string; readonly count: number }
  | { readonly event: "lost" }
  | { readonly event: "back"; readonly address: string }
  | { readonly event: "returning"; readonly reason: string; readonly sha256: string }
  | { readonly event: "returned"; readonly sha256: string };
