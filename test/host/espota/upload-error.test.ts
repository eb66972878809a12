import { expect, test } from "vitest";
import { opensIn, retryAfter } from "../../../src/host/espota/upload-error.js";

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
