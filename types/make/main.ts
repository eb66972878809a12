import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/node/package-root.js";
import { declare } from "./declare.js";
import { declareBoards } from "./declare-boards.js";
import { readApi } from "./read-api.js";

// `ESPRUINO_SOURCE=/path/to/Espruino npm run types`: writes types/*.d.ts from the engine's own description.
const checkout = process.env.ESPRUINO_SOURCE;
if (checkout === undefined) throw new Error("ESPRUINO_SOURCE: a checkout of Espruino's source");
const write = (file: string, text: string): void => writeFileSync(join(packageRoot(), "types", file), text);
write("espruino.d.ts", declare(readApi(checkout)));
for (const [board, text] of declareBoards()) write(`${board}.d.ts`, text);
