import { readdirSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

const folder = "src/board/boot-loaders";
/** The one type that defines what an image has to suit. */
const allowed = ["../../core/image/source.js"];

it("the models of the vendors' boot loaders share no code with what they judge", () => {
  const files = readdirSync(folder);
  expect(files.length).toBeGreaterThan(8);
  for (const file of files) {
    const imports = readFileSync(`${folder}/${file}`, "utf8").matchAll(
      /^import (type )?[^;]*? from "([^"]+)";/gm,
    );
    for (const [, type, from] of imports) {
      if (from.startsWith("node:") || /^\.\.?\/[\w-]+\.js$/.test(from)) continue;
      // What a board is comes from the boards' data; how it boots is these files' own.
      if (file === "boot-chip.ts" && /\/(boards|image)\//.test(from)) continue;
      expect(`${file}: ${from}`).toBe(`${file}: ${allowed.find((one) => one === from)}`);
      expect(type, `${file} takes more than types from ${from}`).toBe("type ");
    }
  }
});
