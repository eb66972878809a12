import { expect, test } from "vitest";
import { engineTooOld, isEngineVersion } from "../../src/core/engine-version.js";

test.each([
  ["2v25", true],
  ["2v25.99", true],
  ["1v106", true],
  ["2v26", false],
  ["2v29.277", false],
  ["3v0", false],
  ["undefined", false],
  ["", false],
  ["2v", false],
])("%s is too old: %s", (version, old) => {
  expect(engineTooOld(version)).toBe(old);
});

test("what is no version is none", () => {
  expect(["2v29", "2v", "v29", "1v2v3", "release"].map(isEngineVersion)).toEqual([
    true,
    false,
    false,
    false,
    false,
  ]);
});
