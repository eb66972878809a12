import type { ServedImage } from "../images/served-image.js";

/** Rows of the decision table, by name. docs/server.md lists them in the same order. */
export type RowName =
  | "stranger"
  | "header-missing"
  | "header-bad"
  | "unauthorized"
  | "blocked"
  | "mode-unknown"
  | "mac-unknown"
  | "image-missing"
  | "image-ambiguous"
  | "version-only"
  | "same-image"
  | "same-version"
  | "newer-on-board"
  | "rolled-back"
  | "given-up"
  | "too-large"
  | "update";

/** What a board is answered. Everything but `send` has a text body, or none. */
export type Answer =
  | { readonly row: "update"; readonly status: 200; readonly image: ServedImage }
  | { readonly row: "version-only"; readonly status: 200; readonly image: ServedImage }
  | {
      readonly row: Exclude<RowName, "update" | "version-only">;
      readonly status: 304 | 400 | 401 | 403 | 404 | 413 | 500;
      /** Words behind the status, where the seed's script has its own. */
      readonly reason?: string;
      readonly text: string;
      /** What it would have got. */
      readonly image?: ServedImage;
    };
