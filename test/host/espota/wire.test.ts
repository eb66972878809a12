import { describe, expect, test } from "vitest";
import { invitationText, opensIn, parseAnswer, retryAfter } from "../../../src/host/espota/wire.js";

test("an invitation is what espota.py sends, and a line that other boards do not read", () => {
  const md5 = "2c6b96b5e58797d34daa515429a5a245";
  expect(invitationText({ command: 100, hostPort: 45023, size: 10_000, md5 })).toBe(
    "100 45023 10000 2c6b96b5e58797d34daa515429a5a245\ngap=0\n",
  );
});

describe("a board's datagram", () => {
  const nonce = "25d55ad283aa400af464c76d713c07ad";
  test.each([
    ["OK", { kind: "ok" }],
    [`AUTH ${nonce}`, { kind: "challenge", nonce }],
    ["Authentication Failed", { kind: "auth-failed" }],
    ["ERR: ERROR[4]: Not Enough Space\n", { kind: "refused", reason: "ERROR[4]: Not Enough Space" }],
    ["AUTH 25d55ad283aa400af464c76d713c07", { kind: "unknown" }],
    ["AUTH", { kind: "unknown" }],
    ["OKAY", { kind: "unknown" }],
    ["", { kind: "unknown" }],
  ])("%j", (text, answer) => {
    expect(parseAnswer(text)).toEqual(answer);
  });
});

test("the wait is read out of a reason", () => {
  expect(retryAfter("ERR: closing valve 2, try again in 20 s\n")).toBe(20);
  expect(retryAfter("ERROR[21]: locked, try again in 8 s")).toBe(8);
  expect(retryAfter("ERR: ERROR[4]: Not Enough Space")).toBeUndefined();
});

test.each([
  ["ERR: opens in 3 h 20 min; updates are allowed Mo 10:00-12:00 UTC (ERROR[36])", 12_000],
  ["opens in 45 s; updates are allowed", 45],
  ["opens in 2 d 1 min; updates are allowed", 172_860],
  ["opens in a moment", undefined],
  ["valve 2 opens in 3 litres", undefined],
])("when a window opens is read out of %j", (text, seconds) => {
  expect(opensIn(text)).toBe(seconds);
});
