import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../node/package-root.js";
import { boardFacts, wiringTable } from "./board-facts.js";
import { boardsSummary, boardsTable } from "./boards-table.js";
import { errorsPage } from "./errors-page.js";

/** Pages that are made, and what they should say now. */
export function madePages(): ReadonlyMap<string, string> {
  return new Map([
    ["docs/errors.md", errorsPage()],
    ["README.md", between(read("README.md"), "boards", boardsSummary())],
    ["docs/boards.md", between(read("docs/boards.md"), "boards", boardsTable())],
    ...boardPages(),
  ]);
}

/** A page for each kind of board: its facts, and the garden's pins where it can run there. */
function boardPages(): [string, string][] {
  const pages: [name: string, boards: string[], wiring: string | undefined][] = [
    ["esp32", ["esp32-devkit", "esp32-idf5", "esp32-idf5-ota"], "wiring.json"],
    ["esp32c3", ["esp32c3-devkit", "esp32c3-ota", "esp32c3-8mb-ota"], undefined],
    ["esp32s3", ["esp32s3-devkit", "esp32s3-ota"], undefined],
  ];
  return pages.map(([name, boards, wiring]) => {
    const file = `docs/boards/${name}.md`;
    const page = between(read(file), "facts", boardFacts(boards));
    return [file, wiring === undefined ? page : between(page, "wiring", wiringTable(wiring))];
  });
}

/** `page` with what stands between `<!-- name -->` and `<!-- /name -->` replaced. */
export function between(page: string, name: string, content: string): string {
  const start = `<!-- ${name} -->`;
  const end = `<!-- /${name} -->`;
  const from = page.indexOf(start);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new Error(`no place for ${name}`);
  return `${page.slice(0, from + start.length)}\n${content}\n${page.slice(to)}`;
}

function read(page: string): string {
  return readFileSync(join(packageRoot(), page), "utf8");
}

/** Writes the made pages; `npm run docs`. */
export function writeDocs(): void {
  for (const [page, text] of madePages()) writeFileSync(join(packageRoot(), page), text);
}
