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
  {
    code: "BAD_MANIFEST",
    sentence: "The description of the firmware (sluice.json) cannot be used.",
    remedy:
      'Its shape: {"name":"garden","version":"1.0.0","entry":"main.ts","safePins":[{"pin":25,"level":0}],"agent":""}.',
  },
  {
    code: "BUILD_FAILED",
    sentence: "The TypeScript sources do not make a bundle.",
    remedy: "The message names file, line and column.",
  },
  {
    code: "UNSUPPORTED_SYNTAX",
    sentence: "The sources use what the board's JavaScript engine does not have.",
    remedy: "Each line of the message says what to write instead.",
  },
  {
    code: "BUNDLE_TOO_LARGE",
    sentence: "The bundle does not fit into its slot on this board.",
    remedy: "Leave something out, or take a board with a larger Storage.",
  },
  {
    code: "NO_ESPRUINO",
    sentence: "No Espruino build exists for this board.",
    remedy: "`sluice build --help` lists the boards that take bundles.",
  },
  {
    code: "BAD_SOURCE_MAP",
    sentence: "The source map cannot be used.",
    remedy: "`sluice build` writes it beside the bundle, as FILE.map; give it with --map.",
  },
];
