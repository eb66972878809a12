import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/node/package-root.js";
import { madePages } from "./pages.js";

// `npm run docs`: writes the pages, and the parts of pages, that are made from the project's own data.
for (const [page, text] of madePages()) writeFileSync(join(packageRoot(), page), text);
