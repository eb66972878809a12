import { runInNewContext } from "node:vm";
import { parse } from "acorn";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { keepInFlash } from "../../../src/espruino/build/flash-code/keep-in-flash.js";
import { assignRows } from "../../../src/espruino/build/flash-code/rows.js";
import { flashUnits } from "../../../src/espruino/build/flash-code/units.js";
import { flashPrograms } from "./flash-programs.js";

const emptyMap = JSON.stringify({ version: 3, sources: ["a.ts"], names: [], mappings: "" });

function run(code: string): string[] {
  const said: string[] = [];
  runInNewContext(code, { sluiceCode: code, print: (text: unknown) => said.push(String(text)) });
  return said;
}

describe.each(flashPrograms)("$name", ({ source, says, shows }) => {
  it.each([
    ["an app, in a function of its own", (code: string) => `(function(){\n${code}\n})();`, false],
    ["a module", (code: string) => `;\n${code}`, true],
  ])("says the same as %s", (_kind, wrapped, whole) => {
    const code = wrapped(source);
    expect(run(code)).toEqual(says);
    const kept = keepInFlash({ code, map: emptyMap }, whole).code;
    expect(run(kept)).toEqual(says);
    if (shows !== undefined) expect(kept).toMatch(shows);
    // For tools that read it: all of it is code.
    parse(flashUnits(kept).code, { ecmaVersion: 2015 });
  });
});

it("a helper of our own is said where it is called, and an undefined member takes no variable", () => {
  const source = flashPrograms.find(({ name }) => name.startsWith("accessors"))?.source ?? "";
  const kept = keepInFlash({ code: `;\n${source}`, map: emptyMap }, true).code;
  expect(kept).toContain("t.charCodeAt((i + 1))");
  expect(kept).not.toContain("this.none");
});

it("an application's safe-state steps may be instances of its classes: the agent finds their methods", () => {
  const source = `class Step { constructor(name) { this.name = name; this.closed = false; } enter() { this.closed = true; }
    check() { return this.closed; } leave() { this.closed = false; } } class Own { deep() { return 1; } }
    begin([new Step("valves")]); print(new Own().deep());`;
  const kept = keepInFlash({ code: `(function(){\n${source}\n})();`, map: emptyMap }, false).code;
  const said: unknown[] = [];
  runInNewContext(kept, {
    sluiceCode: kept,
    print: (text: unknown) => said.push(text),
    begin: (steps: { enter: () => void; check: () => boolean }[]) => {
      for (const step of steps) {
        step.enter();
        said.push(step.check());
      }
    },
  });
  expect(said).toEqual([true, 1]);
  expect(kept).toContain("class Step");
  expect(kept).not.toContain("class Own");
});

it("a script without functions stays as it is", () => {
  const script = { code: 'print("a");', map: emptyMap };
  expect(keepInFlash(script, true)).toBe(script);
});

it("nobody shares an entry of the table, whatever methods the classes have", () => {
  const rows = fc.array(fc.uniqueArray(fc.nat(60), { maxLength: 20 }), { maxLength: 30 });
  fc.assert(
    fc.property(rows, (names) => {
      const starts = assignRows(names);
      const entries = names.flatMap((row, index) => row.map((name) => starts[index] + name));
      expect(new Set(entries).size).toBe(entries.length);
      expect(new Set(starts).size).toBe(starts.length);
    }),
  );
});
