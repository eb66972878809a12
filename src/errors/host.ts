import type { CatalogEntry } from "./entry.js";

/** What only the tools on the host can say. One line of the catalogue for every code that a SluiceError carries. */
export const hostErrors: readonly CatalogEntry[] = [
  {
    code: "NO_PASSWORD_SET",
    sentence: "A board without a password would take an update from anyone in the network.",
    remedy:
      "Give --password-file FILE or SLUICE_PASSWORD; --open runs it without one, if that is what you want.",
  },
  {
    code: "FILE_NOT_READABLE",
    sentence: "A file that was named cannot be read.",
    remedy: "Check the path and the rights.",
  },
  {
    code: "UNKNOWN_BOARD",
    sentence: "There is no board of this name.",
    remedy: "The message lists the boards there are.",
  },
  {
    code: "BAD_WIRING",
    sentence: "The file that says what is wired to which pin cannot be used.",
    remedy: "The message names the entry; devs/garden/wiring.json shows the shape.",
  },
];
