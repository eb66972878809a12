import { boardErrors } from "./board.js";
import type { CatalogEntry } from "./entry.js";
import { gatewayErrors } from "./gateway.js";
import { hostErrors } from "./host.js";
import { pullErrors } from "./pull.js";

/** The one table: the CLI prints its remedies, and docs/errors.md is made from it. */
export const errorCatalog: readonly CatalogEntry[] = [
  ...boardErrors,
  ...pullErrors,
  ...hostErrors,
  ...gatewayErrors,
];

export function catalogEntry(code: string): CatalogEntry | undefined {
  return errorCatalog.find((entry) => entry.code === code);
}
