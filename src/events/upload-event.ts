import type { AuthDialect } from "../core/espota/wire.js";

/**
 * The timeline of one upload, in the order things happen. Sizes are bytes, waits are seconds.
 * `sluice upload --json` prints these as they are, so fields are only ever added.
 */
export type UploadEvent =
  | {
      readonly event: "invited";
      /** The board's address and UDP port. */
      readonly address: string;
      readonly port: number;
      /** Where the board is to connect back to. */
      readonly hostAddress: string;
      readonly hostPort: number;
      readonly size: number;
      readonly md5: string;
      /** Counts the same packet sent again, from 1. */
      readonly attempt: number;
    }
  | { readonly event: "auth-asked"; readonly dialect: AuthDialect }
  | { readonly event: "auth-failed"; readonly text: string; readonly again: boolean }
  | { readonly event: "authenticated"; readonly dialect: AuthDialect }
  /** The board answered OK; now it has to connect back. */
  | { readonly event: "waiting" }
  /** The board wants a retry later; the invitation goes out again by itself. */
  | { readonly event: "retry"; readonly after: number; readonly reason: string; readonly attempt: number }
  /** The board takes no updates now and is waited for; `left` is how long it will be at most. Emitted once a reason. */
  | {
      readonly event: "not-now";
      readonly code: string;
      readonly reason: string;
      readonly after: number;
      readonly left: number;
    }
  /** A host that was not invited connected and was dropped; also one with the board's address that did so too early. */
  | { readonly event: "stranger"; readonly address: string }
  | { readonly event: "connected"; readonly address: string }
  /** `acknowledged` is what the board has confirmed; `sent` runs ahead of it by 32 KB at most. */
  | {
      readonly event: "progress";
      readonly sent: number;
      readonly acknowledged: number;
      readonly total: number;
    }
  /** Every byte has left; the board checks and commits. */
  | { readonly event: "sent"; readonly total: number }
  | { readonly event: "result"; readonly milliseconds: number; readonly bytesPerSecond: number }
  | {
      readonly event: "failed";
      readonly code: string;
      readonly text: string;
      readonly remedy: string;
    }
  | GatewayStep;

/** An event and when it happened: milliseconds since the upload began. */
export type TimedUploadEvent = UploadEvent & { readonly at: number };

/** `sha256` of a step that is about no program at all, as the board answers GET_HASH then. */
export const noProgram = "0".repeat(64);

/**
 * What an update through the gateway reports besides the steps that every upload has (`retry`, `progress`, `sent`,
 * `result`, `failed`). Sizes are bytes, waits seconds.
 */
export type GatewayStep =
  /** The program on the board was requested to bring its equipment to the safe state. */
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
  /** Verified safe by the program, or nothing runs on the board, or forced: unknown. */
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
