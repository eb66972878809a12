import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { madePages } from "../../docs/make/pages.js";
import { errorCatalog } from "../../src/errors/sluice-error.js";
import { packageRoot } from "../../src/node/package-root.js";

for (const [page, text] of madePages())
  test(`${page} says what the data says (npm run docs)`, () => {
    expect(readFileSync(join(packageRoot(), page), "utf8")).toBe(text);
  });

test("every error has a code of its own, a sentence and a remedy", () => {
  const codes = errorCatalog.map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  for (const { code, sentence, remedy } of errorCatalog) {
    expect(code).toMatch(/^[A-Z][A-Z0-9_]+$/);
    expect(sentence, code).toMatch(/\.$/);
    expect(remedy, code).toMatch(/\.$/);
  }
});
