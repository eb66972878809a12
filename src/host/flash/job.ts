import type { Chip } from "../../../boards/index.js";

/** One thing that goes to one place. */
export interface FlashPart {
  /** A multiple of the erase block. */
  readonly address: number;
  readonly bytes: Uint8Array;
  /** For people: "Espruino firmware". */
  readonly what: string;
}

/** A stretch of flash that is written, hashed and, on a second run, skipped as one; a multiple of four bytes long. */
export interface FlashPiece extends FlashPart {
  /** Lower-case hex of the bytes. */
  readonly md5: string;
}

/** All that a writer needs; the same in Node and in a browser. */
export interface FlashJob {
  readonly chip: Chip;
  /** Bytes that the board's flash chip has at least. */
  readonly flashSize: number;
  /** In the order of writing. */
  readonly pieces: readonly FlashPiece[];
  /** The whole chip first. */
  readonly erase: boolean;
  /** Bits per second once the loader answers. */
  readonly baud: number;
}

export type FlashEvent =
  | { readonly event: "connecting" }
  | { readonly event: "connected"; readonly chip: string; readonly flashSize: number }
  | { readonly event: "erasing" }
  | { readonly event: "erased" }
  /** Holds these bytes already. */
  | { readonly event: "same"; readonly what: string; readonly address: number; readonly size: number }
  | { readonly event: "writing"; readonly what: string; readonly address: number; readonly size: number }
  /** Bytes of the whole job that are on the chip. */
  | { readonly event: "progress"; readonly done: number; readonly total: number }
  | { readonly event: "verified"; readonly what: string; readonly address: number; readonly md5: string }
  | { readonly event: "reading"; readonly what: string; readonly done: number; readonly total: number }
  | { readonly event: "restarted" };
