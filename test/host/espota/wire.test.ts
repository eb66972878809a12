import { describe, expect, test } from "vitest";
import { invitationText, parseAnswer, retryAfter } from "../../../src/host/espota/wire.js";

test("an invitation is what espota.py sends", () => {
  const md5 = "2c6b96b5e58797d34daa515429a5a245";
  expect(invitationText({ command: 100, hostPort: 45023, size: 10_000, md5 })).toBe(
    "100 45023 10000 2c6b96b5e58797d34daa515429a5a245\n",
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
