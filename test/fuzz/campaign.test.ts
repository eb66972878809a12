import { describe, expect, it } from "vitest";
import { Campaign } from "../../fuzz/campaign.js";
import { Counters, TooManySteps } from "../../fuzz/counters.js";
import { instrument } from "../../fuzz/instrument.js";
import { latin1, type Target } from "../../fuzz/target.js";

const source = `// src/lock.ts
function lock(text) {
  if (text.charAt(0) === "A" && text.length > 6)
    if (text.charAt(1) === "U") for (const one of text) if (one === "T") return text.charAt(4) === "H" ? "open" : "near";
  return "shut";
}
function endless(text) {
  while (text.charAt(0) === "L") ;
  return text || "none";
}
// lib/other.ts
function other(x) { return x ? 1 : 2; }
`;

/** The functions of `source` with counters in them. */
function instrumented(): {
  lock: (text: string) => string;
  endless: (text: string) => string;
  points: number;
} {
  const { code, points } = instrument(source, (file) => file.startsWith("src/"));
  const names = new Function(`${code}; return { lock, endless };`)();
  return { ...names, points };
}

function target(run: (text: string) => void): Target {
  return { name: "lock", most: 20, words: [], seeds: () => ["ABCDEFGH"], run: (input) => run(latin1(input)) };
}

describe("counters in code", () => {
  it("leave what it does as it is", () => {
    const { lock, endless } = instrumented();
    expect(["AUTSH..", "AUTSX..", "B"].map(lock)).toEqual(["open", "near", "shut"]);
    expect(endless("")).toBe("none");
  });

  it("stand at every branch of the files that count, and nowhere else", () => {
    // Both functions, &&, both ifs, the loop, its if, both arms of ?:, the endless loop, ||.
    expect(instrumented().points).toBe(11);
  });

  it("end a loop that goes on for ever", () => {
    const { endless, points } = instrumented();
    const campaign = new Campaign(
      target((text) => void endless(text)),
      points,
      1,
      [],
      () => undefined,
    );
    campaign.try(new Uint8Array([76]));
    expect(campaign.finding?.error).toContain(TooManySteps.name);
  });
});

describe("a campaign", () => {
  it("finds its way through branch after branch, and shrinks what it finds", () => {
    const { lock, points } = instrumented();
    const campaign = new Campaign(
      target((text) => {
        if (lock(text) === "open") throw new Error("it opens");
      }),
      points,
      7,
      [],
      () => undefined,
    );
    for (let i = 0; i < 400 && campaign.finding === undefined; i++) campaign.go(50);
    expect(campaign.finding?.error).toContain("it opens");
    expect(campaign.finding?.input.length).toBeLessThanOrEqual(8);
  });

  it("does the same again with the same seed", () => {
    const seen = [0, 1].map(() => {
      const inputs: string[] = [];
      const campaign = new Campaign(
        target((text) => void inputs.push(text)),
        1,
        3,
        [],
        () => undefined,
      );
      campaign.go(20);
      return inputs.slice(0, 40);
    });
    expect(seen[0]).toEqual(seen[1]);
  });

  it("keeps few inputs that come to all places", () => {
    const { lock, points } = instrumented();
    const campaign = new Campaign(
      target((text) => void lock(text)),
      points,
      1,
      ["AUT.H..", "AUT.X..", "B", "C", "D"].map((text) => new Uint8Array(Buffer.from(text))),
      () => undefined,
    );
    expect(campaign.kept().length).toBeLessThanOrEqual(3);
  });
});

describe("counters", () => {
  it("tell a new place, and a new number of times, from what was seen", () => {
    const counters = new Counters(4);
    const learns = (...points: number[]): boolean => {
      counters.clear();
      points.forEach(counters.hit);
      return counters.learn();
    };
    expect([learns(1), learns(1), learns(2, 1), learns(1, 1), learns(1, 1)]).toEqual([
      true,
      false,
      true,
      true,
      false,
    ]);
    expect(counters.covered).toBe(2);
  });
});
