import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { packageRoot } from "../../src/node/package-root.js";

const root = packageRoot();
const page = readFileSync(join(root, "docs/security.md"), "utf8");

/** The rows of the tables of promises, each with the files that it names. */
const promises = page
  .split(/^\| promise[^|]* \| test \|\n\|---\|---\|\n/m)
  .slice(1)
  .flatMap((table) => table.slice(0, table.indexOf("\n\n")).split("\n"))
  .map((row) => row.split(" | "))
  .map(([promise = "", tests = ""]) => ({
    promise: promise.replace(/^\| /, ""),
    files: [...tests.matchAll(/`([^`]+)`/g)].map(([, file = ""]) => file),
  }));

describe("docs/security.md", () => {
  test("has promises", () => {
    expect(promises.length).toBeGreaterThan(20);
  });

  test.each(promises)("$promise", ({ files }) => {
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) {
      expect(file).toMatch(/^test\/.*\.test\.ts$/);
      expect(existsSync(join(root, file)), file).toBe(true);
    }
  });
});
