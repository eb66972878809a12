import { expect, test } from "vitest";
import { FaultNumber, fault } from "../../../src/core/errors.js";
import { newJob, PullOutcome } from "../../../src/core/pull/job.js";
import { explain, pullWords } from "../../../src/core/pull/result.js";
import { pullErrors } from "../../../src/errors/board.js";
import { catalogEntry } from "../../../src/errors/sluice-error.js";
import { plan } from "../../support/pull-bench.js";

test("every number of a pull has a code, a sentence of the original's kind, and an entry with a remedy", () => {
  const codes = new Set<string>();
  for (let number = -1; number >= -130; number--) {
    const [code, text] = pullWords(number);
    if (code === "UNKNOWN") continue;
    codes.add(code);
    expect(text).not.toBe("");
    expect(catalogEntry(code), code).toBeDefined();
  }
  for (const code of Object.keys(pullErrors)) expect(codes).toContain(code);
});

test("an update's fault has the original's numbers where its pull has its own", () => {
  const numberOf = (number: number): number => {
    return explain({ ...newJob(plan), error: number, fault: fault(number, "") }).error;
  };
  expect(numberOf(FaultNumber.Space)).toBe(-100);
  expect(numberOf(FaultNumber.MagicByte)).toBe(-106);
  expect(numberOf(FaultNumber.NewFlashConfig)).toBe(-107);
  expect(numberOf(FaultNumber.Md5)).toBe(7);
  expect(numberOf(FaultNumber.OnTrial)).toBe(22);
});

test("a failure has a code, what is none has none", () => {
  const of = (outcome: PullOutcome) => {
    const { result, code } = explain({ ...newJob(plan), outcome, error: -102 });
    return [result, code];
  };
  expect(of(PullOutcome.Failed)).toEqual(["FAILED", pullWords(-102)[0]]);
  expect(of(PullOutcome.Ok)).toEqual(["OK", ""]);
  expect(of(PullOutcome.NoUpdates)).toEqual(["NO_UPDATES", ""]);
});
