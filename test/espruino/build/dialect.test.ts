import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkScript } from "../../../src/espruino/build/dialect.js";
import { allowed, asScript, refused } from "./dialect-cases.js";

describe("what the engine cannot run", () => {
  it.each(refused)("%s: %s", (rule, body) => {
    expect(checkScript(asScript(body)).map((finding) => finding.rule)).toContain(rule);
  });

  it("says where it stands and what to write instead", () => {
    expect(checkScript("var a = 1;\nvar b = a ** 2;\nvar c = new Map();")).toEqual([
      { rule: "exponent", what: "`**`", instead: "`Math.pow(a, b)`", line: 2, column: 8 },
      {
        rule: "builtin",
        what: "`Map`, which the engine does not have",
        instead: "an object: `map[key]`, `key in map`, `delete map[key]`",
        line: 3,
        column: 12,
      },
    ]);
  });

  it("names the call by which a function is used too early", () => {
    const [finding] = checkScript("function a() {\n  return b();\n}\na();\nfunction b() {}");
    expect(finding).toMatchObject({ rule: "order", line: 2, column: 9 });
    expect(finding.what).toBe(
      "the function `b`, used by the call of `a` before its declaration was executed",
    );
  });

  it("reports what is no JavaScript at all", () => {
    expect(checkScript("var = 1")).toMatchObject([{ rule: "syntax", line: 1, column: 4 }]);
    expect(checkScript('import a from "b";')).toMatchObject([{ rule: "import" }]);
  });
});

describe("what the engine runs", () => {
  it.each(allowed)("%s", (body) => {
    expect(checkScript(asScript(body))).toEqual([]);
  });
});

describe("the table itself", () => {
  it.each([...refused.map(([, body]) => body), ...allowed])("is right by the language: %s", (body) => {
    const world = { setTimeout: () => 0, queueMicrotask: () => undefined, TextEncoder };
    expect(runInNewContext(asScript(body), world)).toBe(true);
  });
});

describe("any text", () => {
  it("is answered with findings, never with an exception", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(Array.isArray(checkScript(text))).toBe(true);
      }),
    );
  });
});
