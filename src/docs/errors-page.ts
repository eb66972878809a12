import { errorCatalog } from "../errors/sluice-error.js";

/** docs/errors.md, from the one table of errors. */
export function errorsPage(): string {
  const rows = errorCatalog.map(
    ({ code, number, sentence, remedy }) =>
      `| \`${code}\` | ${number === undefined ? "" : String(number)} | ${cell(sentence)} | ${cell(remedy)} |`,
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

function cell(text: string): string {
  return text.replaceAll("|", "\\|").replaceAll("\n", " ");
}
