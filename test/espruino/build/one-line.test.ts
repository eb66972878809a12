import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { transform } from "esbuild";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { joinLines } from "../../../src/espruino/build/bundle-script.js";

/** Two strings with line breaks, as the minifier prints them, and a name behind each. */
async function minified(first: string, second: string): Promise<{ code: string; map: string }> {
  const source = `use(${JSON.stringify(first)}, here);\nuse(${JSON.stringify(second)}, there);\n`;
  const { code, map } = await transform(source, {
    minify: true,
    target: "es2015",
    sourcemap: "external",
    sourcefile: "a.js",
  });
  return { code: code.trimEnd(), map };
}

const lines = fc
  .array(fc.constantFrom("a", "\n", "`", "\\", "$", "{"), { maxLength: 8 })
  .map((parts) => parts.join(""));

describe("code in one line", () => {
  it("means the same, and every place keeps its source", async () => {
    await fc.assert(
      fc.asyncProperty(lines, lines, async (first, second) => {
        const { code, map } = joinLines(await minified(first, second));
        expect(code).not.toContain("\n");
        const used: unknown[] = [];
        new Function("use", "here", "there", code)((text: string) => used.push(text), 1, 2);
        expect(used).toEqual([first, second]);
        const traced = new TraceMap(map);
        for (const [name, line] of [
          ["here", 1],
          ["there", 2],
        ] as const) {
          const place = originalPositionFor(traced, { line: 1, column: code.indexOf(name) });
          expect([place.source, place.line, place.column]).toEqual([
            "a.js",
            line,
            `use(${JSON.stringify(line === 1 ? first : second)}, `.length,
          ]);
        }
      }),
      { numRuns: 60 },
    );
  });
});
