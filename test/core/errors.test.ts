import { describe, expect, it } from "vitest";
import { FaultNumber, fault, faultLine } from "../../src/core/errors.js";
import { faultCode } from "../../src/core/fault-words.js";

describe("the original's errors", () => {
  it.each([
    [0, "No Error"],
    [1, "Flash Write Failed"],
    [2, "Flash Erase Failed"],
    [3, "Flash Read Failed"],
    [4, "Not Enough Space"],
    [5, "Bad Size Given"],
    [6, "Stream Read Timeout"],
    [7, "MD5 verification failed: expected: X, calculated: Y"],
    [8, "Flash config wrong: real: 1, SDK: 2"],
    [9, "new Flash config wrong, real size: 4194304"],
    [10, "Magic byte is not 0xE9"],
    [11, "Invalid bootstrapping state, reset ESP8266 before updating"],
    [12, "Signature verification failed"],
    [13, "No data supplied"],
    [14, "Out of memory"],
    [15, "Update already running"],
    [16, "Unknown update command"],
  ])("number %i reads as in Updater.cpp", (number, text) => {
    const details: { readonly [number: number]: string } = {
      7: "expected: X, calculated: Y",
      8: "real: 1, SDK: 2",
      9: "real size: 4194304",
    };
    expect(faultLine(fault(number, details[number] ?? ""))).toBe(`ERROR[${number}]: ${text}\n`);
  });
});

describe("all errors", () => {
  const numbers = Array.from({ length: FaultNumber.ClockNotSet + 1 }, (_, number) => number);

  it("have a code of their own, and say the reason where the original has no words", () => {
    const codes = numbers.map(faultCode);
    expect(new Set(codes).size).toBe(numbers.length);
    for (const code of codes) expect(code).toMatch(/^[A-Z][A-Z0-9_]+$/);
    expect(codes).not.toContain("UNKNOWN");
    for (const number of numbers) expect(fault(number, "why").text, codes[number]).not.toBe("UNKNOWN");
    expect(fault(FaultNumber.SafeState, "valve 2: jammed").text).toBe("valve 2: jammed");
  });

  it("end where the numbers end", () => {
    expect(fault(200, "")).toEqual({ number: 200, code: "UNKNOWN", text: "UNKNOWN" });
  });
});
