import { readFileSync } from "node:fs";
import { join } from "node:path";
import { faultCode } from "../../src/core/fault-words.js";
import { pullWords } from "../../src/core/pull/result.js";
import { errorCatalog } from "../../src/errors/sluice-error.js";
import { manifestSchema } from "../../src/espruino/build/manifest-schema.js";
import { packageRoot } from "../../src/node/package-root.js";
import { corpus } from "../../test/corpus/programs.js";
import { boardFacts, boardsTable, wiringTable } from "./boards-table.js";

/** Generated pages by path, with the text they should have now. */
export function madePages(): ReadonlyMap<string, string> {
  return new Map([
    ["docs/errors.md", errorsPage()],
    ["sluice.schema.json", `${JSON.stringify(manifestSchema, undefined, 2)}\n`],
    ["docs/corpus.md", corpusPage()],
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
function between(page: string, name: string, content: string): string {
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

/** docs/corpus.md: the programs of test/corpus, by their first lines. */
function corpusPage(): string {
  const programs = corpus().sort((a, b) => a.kind.localeCompare(b.kind) || a.name.localeCompare(b.name));
  const rows = programs.map(
    ({ name, kind, about, entry }) =>
      `| ${kind} | \`${name}\` | ${entry.endsWith("ts") ? "TypeScript" : "JavaScript"} | ${about} |`,
  );
  return `# Programs as people bring them

${programs.length} programs, written for this, in \`test/corpus/programs\`. Each is built by \`sluice build\` as it stands, runs on the virtual board
(\`test/corpus/corpus.test.ts\`) and on the real engine (\`test/engines/espruino/corpus.test.ts\`, where \`ESPRUINO\` is set), and prints there
what it prints in Node, where nothing was rewritten. Sensors and displays on a bus are stand-ins inside of the program; Node has its own for
pins, Storage, \`net\` and \`http\` (\`test/corpus/stand-ins\`), the engine for Linux has them for pins and for the network beneath its own \`net\`.
What is rewritten, and what is refused: [javascript.md](javascript.md). This page is made by \`npm run docs\`.

| kind | program | language | about |
|---|---|---|---|
${rows.join("\n")}
`;
}

/** docs/errors.md, from the one table of errors. */
function errorsPage(): string {
  const numbers = errorNumbers();
  const rows = errorCatalog.map(
    ({ code, sentence, remedy }) =>
      `| \`${code}\` | ${numbers.get(code) ?? ""} | ${cell(sentence)} | ${cell(remedy)} |`,
  );
  return `# Errors

Every error has a stable code. Boards answer \`ERROR[number]: text\`, with the numbers and texts of the original Updater
up to 16; from 17 on they are Sluice's own. The tools print the code, what happened, and the remedy; with \`--json\` the
code is a member of its own. This page is made from \`src/errors\` by \`npm run docs\`.

| code | number | what happened | what to do |
|---|---|---|---|
${rows.join("\n")}
`;
}

/** What boards answer with, by code: an update's numbers, and those of a poll that no update has. */
function errorNumbers(): ReadonlyMap<string, number> {
  const numbers = new Map<string, number>();
  for (let number = -200; number < 0; number++) numbers.set(pullWords(number)[0], number);
  for (let number = 1; number < 100; number++) numbers.set(faultCode(number), number);
  return numbers;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
