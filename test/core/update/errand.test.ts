import { describe, expect, it } from "vitest";
import {
  AloneStep,
  afterErrand,
  blockedIn,
  errandIdleMs,
  errandOf,
  stepAlone,
} from "../../../src/core/update/errand.js";

const offer = { command: 0, size: 100, md5: "", from: "web" };
const waiting = {
  invitation: { command: 0, port: 4000, size: 100, md5: "", needsGap: true },
  address: "10.0.0.2",
  port: 4001,
};
const options = { port: 3232 };
const pull = { text: "{}", image: undefined, blocked: undefined };

describe("an errand", () => {
  it("is for whoever waits, else for whoever made the offer", () => {
    expect(errandOf(waiting, offer, pull, options)).toEqual({ push: waiting, options });
    expect(errandOf(undefined, offer, pull, options)).toEqual({ page: offer, options });
    expect(errandOf(undefined, { ...offer, from: "pull" }, pull, options)).toEqual({ pull: "{}", options });
    expect(errandOf(undefined, undefined, pull, options)).toEqual({ options });
  });

  it("counts the image that is pulled as one that went wrong, for as long as it does not run", () => {
    const image = { size: 100, md5: "a".repeat(32), sha256: "", version: "", etag: "", first: 0 };
    const blocked = { image: image.md5, failures: 2, last: 7000 };
    const errand = JSON.stringify(
      errandOf(undefined, { ...offer, from: "pull" }, { ...pull, image, blocked }, options),
    );
    const left = afterErrand(errand);
    expect(blockedIn(left)).toEqual({ image: image.md5, failures: 3, last: 0 });
    expect(afterErrand(left)).toBe(left);
    expect(afterErrand(JSON.stringify(errandOf(waiting, offer, pull, options)))).toBe("");
    expect(blockedIn("")).toBeUndefined();
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
