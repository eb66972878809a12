import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  quietMs,
  registerMs,
  settleMs,
  Trial,
  TrialVerdict,
  trialMs,
} from "../../../src/core/update/trial.js";

const { Wait, Confirm, GiveUp } = {
  Wait: TrialVerdict.Wait as number,
  Confirm: TrialVerdict.Confirm as number,
  GiveUp: TrialVerdict.GiveUp as number,
};

describe("a trial", () => {
  it("takes three minutes at most, half a minute without ota.begin, three seconds when all is well", () => {
    expect([trialMs, registerMs, settleMs, quietMs]).toEqual([180_000, 30_000, 3000, 600_000]);
  });

  it("confirms what has been well for three seconds without a break", () => {
    const trial = new Trial(true);
    expect(trial.poll(1000, true, true, true)).toBe(Wait);
    expect(trial.poll(3000, true, true, "pressure low")).toBe(Wait);
    expect(trial.reason).toBe("pressure low");
    expect(trial.poll(4000, true, true, true)).toBe(Wait);
    expect(trial.poll(4000 + settleMs - 1, true, true, true)).toBe(Wait);
    expect(trial.poll(4000 + settleMs, true, true, true)).toBe(Confirm);
    expect(trial.reason).toBe("");
  });

  it.each<[string, boolean, boolean, true | string, string]>([
    ["not reachable", false, true, true, "not reachable"],
    ["not registered", true, false, true, "the app has not called ota.begin"],
    ["not healthy", true, true, "pressure low", "pressure low"],
  ])("waits while the app is %s, and gives up in the end", (_name, reachable, registered, health, reason) => {
    const trial = new Trial(true);
    const limit = registered ? trialMs : registerMs;
    expect(trial.poll(limit - 1, reachable, registered, health)).toBe(Wait);
    expect(trial.reason).toBe(reason);
    expect(trial.poll(limit, reachable, registered, health)).toBe(GiveUp);
    expect(trial.reason).toBe(reason);
  });

  it("does not blame the app for a network that is not there yet", () => {
    const trial = new Trial(true);
    expect(trial.poll(registerMs, false, false, true)).toBe(Wait);
    expect(trial.poll(registerMs + 1, true, true, true)).toBe(Wait);
    expect(trial.poll(registerMs + 1 + settleMs, true, true, true)).toBe(Confirm);
  });

  it("lets who got well at the last moment settle", () => {
    const trial = new Trial(true);
    trial.poll(trialMs - 1, true, true, true);
    expect(trial.poll(trialMs + 10, true, true, true)).toBe(Wait);
    expect(trial.poll(trialMs - 1 + settleMs, true, true, true)).toBe(Confirm);
  });

  it("asks an agent without an app for nothing but to be reachable", () => {
    const trial = new Trial(false);
    trial.poll(0, true, false, "ill");
    expect(trial.poll(settleMs, true, false, "ill")).toBe(Confirm);
  });
});

it("gives Confirm only after three good seconds, and gives up nothing that is well", () => {
  const look = fc.record({
    ms: fc.nat(16_000),
    reachable: fc.boolean(),
    registered: fc.boolean(),
    well: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.boolean(), fc.array(look, { maxLength: 80, size: "max" }), (hasApp, looks) => {
      const trial = new Trial(hasApp);
      let now = 0;
      let wellFor = 0;
      let wasWell = false;
      for (const { ms, reachable, registered, well } of looks) {
        now += ms;
        const good = reachable && (!hasApp || (registered && well));
        wellFor = good && wasWell ? wellFor + ms : 0;
        wasWell = good;
        const verdict: number = trial.poll(now, reachable, registered, well ? true : "ill");
        if (verdict === Wait) continue;
        if (verdict === Confirm) expect(wellFor).toBeGreaterThanOrEqual(settleMs);
        else expect([good, now >= registerMs]).toEqual([false, true]);
        return;
      }
    }),
  );
});
