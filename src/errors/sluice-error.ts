import { boardErrors, pullErrors } from "./board.js";
import { gatewayErrors } from "./gateway.js";
import { hostErrors } from "./host.js";

const tables: readonly Readonly<Record<string, `${string} | ${string}`>>[] = [
  boardErrors,
  pullErrors,
  hostErrors,
  gatewayErrors,
];

/**
 * Every error a user can meet: its code, stable for scripts, what happened, and what to do about it. The CLI prints the
 * remedies, and docs/errors.md is made from it.
 */
export const errorCatalog = tables.flatMap((table) =>
  Object.entries(table).map(([code, words]) => {
    const [sentence, remedy] = words.split(" | ");
    return { code, sentence, remedy };
  }),
);

export function catalogEntry(code: string) {
  return errorCatalog.find((entry) => entry.code === code);
}

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

/** What a caught error says. */
export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
