import type { ImageKind } from "../../core/image/judgement.js";

/** Which part of a board an image is for. */
export type ImageTargetName = "firmware" | "filesystem" | "app" | "agent";

/** A file of the folder, judged. Sizes in bytes, hashes in lower-case hex. */
export interface ServedImage {
  /** Path inside the folder, with "/": `garden-1.2.0.app` or `beta/garden-1.3.0.app`. */
  readonly file: string;
  readonly channel: string;
  readonly target: ImageTargetName;
  /** The name that boards request: the bundle's name, or the file's up to the version. */
  readonly product: string;
  /** "" when neither the image nor its file name holds one. */
  readonly version: string;
  /** Another way to read the file's name. */
  readonly doubt?: string | undefined;
  readonly kind: ImageKind;
  readonly gzip: boolean;
  /** Chip's number (core/image/chips.ts); -1 when the format has none. */
  readonly chip: number;
  /** Bundles and DeviceScript programs: engine; bundles: board family. 0 otherwise. */
  readonly engine: number;
  readonly family: number;
  readonly size: number;
  /** What gzip inflates to; otherwise `size`. */
  readonly inflatedSize: number;
  /** Of the file as it is sent. */
  readonly md5: string;
  readonly sha256: string;
  /** What a board that runs this image may report as sketch-md5. */
  readonly runningMd5s: readonly string[];
  /** ms since 1970. */
  readonly modified: number;
}

export interface RefusedFile {
  readonly file: string;
  /** Code of the catalogue. */
  readonly code: string;
  readonly text: string;
}

export const defaultChannel = "stable";
