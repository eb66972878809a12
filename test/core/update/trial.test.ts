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

  it("confirms what has been well for three seconds without a break, once", () => {
    const trial = new Trial(1000, true, true);
    expect(trial.poll(1000, true, true, true)).toBe(Wait);
    expect(trial.poll(3000, true, true, "pressure low")).toBe(Wait);
    expect(trial.reason()).toBe("pressure low");
    expect(trial.poll(4000, true, true, true)).toBe(Wait);
    expect(trial.poll(4000 + settleMs - 1, true, true, true)).toBe(Wait);
    expect(trial.poll(4000 + settleMs, true, true, true)).toBe(Confirm);
    expect([trial.isOver(), trial.reason()]).toEqual([true, ""]);
    expect(trial.poll(9000, true, true, true)).toBe(Wait);
    expect(trial.poll(trialMs * 2, false, false, "ill")).toBe(Wait);
  });

  it.each<[string, boolean, boolean, true | string, string]>([
    ["not reachable", false, true, true, "not reachable"],
    ["not registered", true, false, true, "the app has not called ota.begin"],
    ["not healthy", true, true, "pressure low", "pressure low"],
  ])("waits while the app is %s, and gives up in the end", (_name, reachable, registered, health, reason) => {
    const trial = new Trial(0, true, true);
    const limit = registered ? trialMs : registerMs;
    expect(trial.poll(limit - 1, reachable, registered, health)).toBe(Wait);
    expect(trial.reason()).toBe(reason);
    expect(trial.poll(limit, reachable, registered, health)).toBe(GiveUp);
    expect(trial.reason()).toBe(reason);
    expect(trial.poll(limit + 1, true, true, true)).toBe(Wait);
  });

  it("does not blame the app for a network that is not there yet", () => {
    const trial = new Trial(0, true, true);
    expect(trial.poll(registerMs, false, false, true)).toBe(Wait);
    expect(trial.poll(registerMs + 1, true, true, true)).toBe(Wait);
    expect(trial.poll(registerMs + 1 + settleMs, true, true, true)).toBe(Confirm);
  });

  it("lets who got well at the last moment settle", () => {
    const trial = new Trial(0, true, true);
    trial.poll(trialMs - 1, true, true, true);
    expect(trial.poll(trialMs + 10, true, true, true)).toBe(Wait);
    expect(trial.poll(trialMs - 1 + settleMs, true, true, true)).toBe(Confirm);
  });

  it("asks an agent without an app for nothing but to be reachable", () => {
    const trial = new Trial(0, true, false);
    trial.poll(0, true, false, "ill");
    expect(trial.poll(settleMs, true, false, "ill")).toBe(Confirm);
  });

  it("ends at once when it is condemned", () => {
    const trial = new Trial(0, true, true);
    expect(trial.condemn("TypeError in the main loop")).toBe(GiveUp);
    expect([trial.reason(), trial.isOver()]).toEqual(["TypeError in the main loop", true]);
    expect(trial.condemn("again")).toBe(Wait);
  });
});

describe("a version that is confirmed already", () => {
  it("is never given up, and forgets earlier crashes after ten quiet minutes, however it feels", () => {
    const trial = new Trial(0, false, true);
    expect(trial.condemn("TypeError")).toBe(Wait);
    expect(trial.poll(settleMs * 2, true, true, true)).toBe(Wait);
    expect(trial.poll(quietMs - 1, false, false, "ill")).toBe(Wait);
    expect(trial.reason()).toBe("not reachable");
    expect(trial.isOver()).toBe(false);
    expect(trial.poll(quietMs, false, false, "ill")).toBe(Confirm);
    expect(trial.isOver()).toBe(true);
  });
});

it("gives one verdict at most, and a version on trial Confirm only after three good seconds", () => {
  const look = fc.record({
    ms: fc.nat(16_000),
    reachable: fc.boolean(),
    registered: fc.boolean(),
    well: fc.boolean(),
  });
  fc.assert(
    fc.property(
      fc.boolean(),
      fc.boolean(),
      fc.array(look, { maxLength: 80, size: "max" }),
      (onTrial, hasApp, looks) => {
        const trial = new Trial(0, onTrial, hasApp);
        let now = 0;
        let wellFor = 0;
        let wasWell = false;
        let verdicts = 0;
        for (const { ms, reachable, registered, well } of looks) {
          now += ms;
          const good = reachable && (!hasApp || (registered && well));
          wellFor = good && wasWell ? wellFor + ms : 0;
          wasWell = good;
          const verdict: number = trial.poll(now, reachable, registered, well ? true : "ill");
          if (verdict === Wait) continue;
          verdicts++;
          if (verdict === Confirm) expect(onTrial ? wellFor >= settleMs : now >= quietMs).toBe(true);
          else expect([onTrial, good, now >= registerMs]).toEqual([true, false, true]);
        }
        expect(verdicts).toBeLessThanOrEqual(1);
        expect(trial.isOver()).toBe(verdicts === 1);
      },
    ),
  );
});
