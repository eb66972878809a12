import { boardErrors, pullErrors } from "./board.js";
import { gatewayErrors } from "./gateway.js";
import { hostErrors } from "./host.js";

/** One error a user can meet, with what to do about it. */
export interface CatalogEntry {
  /** Stable, for scripts. */
  readonly code: string;
  /** What happened, one sentence. */
  readonly sentence: string;
  /** What to do, one or two sentences. */
  readonly remedy: string;
}

const tables: readonly Readonly<Record<string, `${string} | ${string}`>>[] = [
  boardErrors,
  pullErrors,
  hostErrors,
  gatewayErrors,
];

/** The one table: the CLI prints its remedies, and docs/errors.md is made from it. */
export const errorCatalog: readonly CatalogEntry[] = tables.flatMap((table) =>
  Object.entries(table).map(([code, words]) => {
    const [sentence, remedy] = words.split(" | ");
    return { code, sentence, remedy };
  }),
);

export function catalogEntry(code: string): CatalogEntry | undefined {
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
