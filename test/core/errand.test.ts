import { describe, expect, it } from "vitest";
import { AloneStep, errandIdleMs, errandOf, stepAlone } from "../../src/core/errand.js";

const offer = { command: 0, size: 100, md5: "", from: "web" };
const waiting = {
  invitation: { command: 0, port: 4000, size: 100, md5: "", needsGap: true },
  address: "10.0.0.2",
  port: 4001,
};
const options = { port: 3232 };

describe("an errand", () => {
  it("is for whoever waits, else for whoever made the offer", () => {
    expect(errandOf(waiting, offer, "{}", options)).toEqual({ push: waiting, options });
    expect(errandOf(undefined, offer, "{}", options)).toEqual({ page: offer, options });
    expect(errandOf(undefined, { ...offer, from: "pull" }, "{}", options)).toEqual({ pull: "{}", options });
    expect(errandOf(undefined, undefined, "{}", options)).toEqual({ options });
  });
});

describe("the agent alone", () => {
  it("begins once, when the network stands", () => {
    const alone = { hasBegun: false, until: errandIdleMs };
    expect(stepAlone(alone, 0, false, false)).toBe(AloneStep.Wait);
    expect(stepAlone(alone, 1, false, true)).toBe(AloneStep.Begin);
    expect(stepAlone(alone, 2, false, true)).toBe(AloneStep.Wait);
  });

  it("ends when nothing has been going on for a while, also where the network never stood", () => {
    const alone = { hasBegun: false, until: errandIdleMs };
    expect(stepAlone(alone, errandIdleMs - 1, false, false)).toBe(AloneStep.Wait);
    expect(stepAlone(alone, errandIdleMs, false, true)).toBe(AloneStep.End);
    const busy = { hasBegun: true, until: errandIdleMs };
    expect(stepAlone(busy, errandIdleMs - 1, true, true)).toBe(AloneStep.Wait);
    expect(stepAlone(busy, 2 * errandIdleMs - 2, false, true)).toBe(AloneStep.Wait);
    expect(stepAlone(busy, 2 * errandIdleMs - 1, false, true)).toBe(AloneStep.End);
  });
});
