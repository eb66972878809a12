import fc from "fast-check";
import { compare, parse } from "semver";
import { describe, expect, test } from "vitest";
import { compareVersions, isVersion } from "../../src/image/version-order.js";

/** Each line ascends. */
const ascending = [
  "0.0.1 0.0.9 0.0.10 0.1.0 0.9.0 0.10.0 1.0.0 1.0.1 1.9.0 1.10.0 1.10.1 2.0.0 10.0.0",
  "1.0.0-alpha 1.0.0-alpha.1 1.0.0-alpha.beta 1.0.0-beta 1.0.0-beta.2 1.0.0-beta.11 1.0.0-rc.1 1.0.0",
  "1.2.0-rc1 1.2.0-rc2 1.2.0-rc10 1.2.0 1.2.0.1 1.2.1-dev 1.2.1",
  "1.2.0b1 1.2.0b2 1.2.0rc1 1.2.0 1.2.0-1-gabcdef0 1.2.0-2-g0123456 1.2.0-10-gabcdef0 1.2.1",
  "v1.9 v1.10 V1.11 1.12.0",
  "1 1.1 2 2.0.1 2.1",
  "2023.12.31 2024.01.01 2024.1.5 2024-01-06 2024.02.01 2024-11-30",
  "20231231 20240101 20240102 202401020930",
  "1v106 2v8 2v26 2v29 2v29.277 3v0",
  "1.0.2 1.0.2a 1.0.2k 1.0.3",
  "4.4.3-rc1-3-gabcdef 4.4.3 4.4.3-dirty 4.4.3-1-gabcdef 4.4.3-1-gabcdef-dirty 4.4.4",
].map((line) => line.split(" "));

describe.each(ascending.map((versions) => [versions.join(" < "), versions] as const))("%s", (_, versions) => {
  test("each against each", () => {
    versions.forEach((a, i) => {
      versions.forEach((b, j) => {
        expect([a, b, Math.sign(compareVersions(a, b) ?? Number.NaN)]).toEqual([a, b, Math.sign(i - j)]);
      });
    });
  });
});

test("the table has 200 pairs and more", () => {
  const pairs = ascending.reduce((sum, { length }) => sum + (length * (length - 1)) / 2, 0);
  expect(pairs).toBeGreaterThan(200);
});

test.each([
  ["1.2", "1.2.0"],
  ["v1.2.0", "1.2.0"],
  ["V1.2.0", "v1.2"],
  ["1.2.0+5", "1.2.0+6"],
  ["01.02.03", "1.2.3"],
  ["1.2.0-RC.1", "1.2.0-rc1"],
  ["2024-01-05", "2024.1.5"],
])("%s is %s", (a, b) => {
  expect(compareVersions(a, b)).toBe(0);
  expect(compareVersions(b, a)).toBe(0);
});

test.each([
  "",
  "nightly",
  "1.x",
  "x.1",
  "1.2final",
  "1..2",
  ".1",
  "optional current version",
  "-1",
  "latest-1.2",
])("%j cannot be compared", (version) => {
  expect(isVersion(version)).toBe(false);
  expect(compareVersions(version, "1.0.0")).toBeUndefined();
  expect(compareVersions("1.0.0", version)).toBeUndefined();
});

const identifier = fc.oneof(fc.nat(20).map(String), fc.constantFrom("alpha", "beta", "rc", "dev"));
const semver = fc
  .tuple(fc.nat(3), fc.nat(12), fc.nat(3), fc.array(identifier, { maxLength: 3 }))
  .map(([a, b, c, pre]) => `${a}.${b}.${c}${pre.length > 0 ? `-${pre.join(".")}` : ""}`);

test("between SemVer versions it is SemVer's order", () => {
  fc.assert(
    fc.property(semver, semver, (a, b) => {
      expect(parse(a)).not.toBeNull();
      expect(Math.sign(compareVersions(a, b) ?? Number.NaN)).toBe(compare(a, b));
    }),
  );
});

test("it is an order, of whatever text", () => {
  const text = fc.oneof(
    semver,
    fc.stringMatching(/^[v0-9.a-c+-]{0,8}$/),
    fc.constantFrom(...ascending.flat()),
  );
  fc.assert(
    fc.property(text, text, text, (a, b, c) => {
      const [ab, bc, ac] = [compareVersions(a, b), compareVersions(b, c), compareVersions(a, c)];
      expect(Math.sign(compareVersions(b, a) ?? 0) + Math.sign(ab ?? 0)).toBe(0);
      if (ab !== undefined && bc !== undefined && ab <= 0 && bc <= 0) expect(ac).toBeLessThanOrEqual(0);
    }),
    { numRuns: 1000 },
  );
});
