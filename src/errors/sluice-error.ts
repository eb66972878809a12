import { catalogEntry } from "./catalog.js";

/** What the host side throws: `code` from the catalogue, what happened, and what to do about it. */
export class SluiceError extends Error {
  readonly code: string;
  readonly remedy: string;

  /** @param detail what happened in this case; without it the catalogue's sentence stands. */
  constructor(code: string, detail?: string, options?: ErrorOptions) {
    const entry = catalogEntry(code);
    super(detail ?? entry?.sentence ?? code, options);
    this.name = "SluiceError";
    this.code = code;
    this.remedy = entry?.remedy ?? "";
  }
}
