import fc from "fast-check";
import { lt } from "semver";
import { describe, expect, it, test } from "vitest";
import { engineTooOld, isEngineVersion, olderThan, versionNumbers } from "../../src/core/version.js";

/** Often equal, so that the next one counts. */
const number = fc.oneof(fc.nat(2), fc.nat(9999));
const triple = fc.tuple(number, number, number);

describe("versionNumbers", () => {
  it.each([
    ["2.10.3", [2, 10, 3]],
    ["1.2.3-rc.1", [1, 2, 3]],
    ["1.2.3+build.7", [1, 2, 3]],
    ["1.2", [1, 2, 0]],
    ["", [0, 0, 0]],
    ["v1.2.3", [0, 2, 3]],
    ["1.x.3", [1, 0, 3]],
  ])("%s", (version, numbers) => {
    expect(versionNumbers(version)).toEqual(numbers);
  });

  it("takes anything", () => {
    fc.assert(fc.property(fc.string(), (text) => versionNumbers(text).length >= 3));
  });
});

describe("olderThan", () => {
  it("orders by major, minor and patch as numbers", () => {
    fc.assert(
      fc.property(triple, triple, (a, b) => {
        const rank = (t: number[]) => t[0] * 1e8 + t[1] * 1e4 + t[2];
        expect(olderThan(a.join("."), b.join("."))).toBe(rank(a) < rank(b));
      }),
    );
    expect(olderThan("0.9.0", "0.10.0")).toBe(true);
  });

  it("finds nothing older than an empty wish", () => {
    expect(olderThan("0.0.0", "")).toBe(false);
  });

  it("orders pre-releases as SemVer does", () => {
    const identifier = fc.oneof(fc.nat(20).map(String), fc.constantFrom("alpha", "beta", "rc", "Rc", "x-y"));
    const version = fc
      .tuple(fc.nat(2), fc.array(identifier, { maxLength: 3 }), fc.constantFrom("", "+5"))
      .map(([minor, pre, build]) => `1.${minor}.0${pre.length > 0 ? `-${pre.join(".")}` : ""}${build}`);
    fc.assert(
      fc.property(version, version, (a, b) => {
        expect(olderThan(a, b)).toBe(lt(a, b));
      }),
    );
  });
});

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
