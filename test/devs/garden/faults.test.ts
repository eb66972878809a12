import { expect, test } from "vitest";
import { quick, Rig, wiring } from "./rig.js";

const hour = 3_600_000;

function openBefore(rig: Rig): void {
  const drive = wiring.valves[1].drive;
  rig.drive(drive, true);
  rig.clock.advance(2000);
  rig.drive(drive, undefined);
}

test("at boot an open valve is closed and verified before anything else", () => {
  const rig = new Rig(quick, openBefore);
  expect(rig.garden.wellness()).toBe("closing valve 1");
  rig.run(1000);
  expect(rig.garden.wellness()).toBe("closing valve 2");
  expect(rig.garden.manual(1, 5)).toBe("closing valve 2");
  rig.run(1500);
  expect(rig.garden.wellness()).toBe(true);
  expect(rig.garden.manual(1, 5)).toBe("");
});

test("a valve that is stuck open at boot keeps everything off until it closes", () => {
  const rig = new Rig(quick, (it) => {
    openBefore(it);
    it.bench.stick(1, 0.4);
  });
  rig.run(2 * hour);
  expect(rig.garden.wellness()).toBe("valve 2 does not close");
  expect(rig.notes).toEqual(["alarm: valve 2 does not close, pump stays off"]);
  expect(rig.garden.manual(1, 5)).toBe("valve 2 does not close");
  expect(rig.bench.totalLitres).toBe(0);
  rig.bench.free(1);
  rig.run(2000);
  expect(rig.notes.at(-1)).toBe("valve 2 does not close: closed now");
  expect(rig.garden.wellness()).toBe(true);
});

test("a valve that does not close in time refuses the update by name", () => {
  const rig = new Rig();
  rig.run(500);
  rig.garden.manual(2, 60);
  rig.run(5000);
  rig.bench.stick(1, 0.3);
  rig.enter();
  rig.run(3900);
  expect(rig.safe()).toBe("closing valve 2");
  rig.run(200);
  expect(() => rig.safe()).toThrow("valve 2 does not close");
});

test("a late valve lets the sequence go on after the refused update", () => {
  const rig = new Rig();
  rig.run(500);
  rig.garden.manual(2, 60);
  rig.run(3600);
  rig.bench.stick(1, 0.3);
  rig.enter();
  rig.run(5000);
  rig.leave();
  rig.run(5000);
  expect(rig.zones).toEqual(["2 start 60", "2 stop 58"]);
  const flowed = rig.bench.totalLitres;
  rig.bench.free(1);
  rig.run(3000);
  expect(rig.zones.at(-1)).toBe("2 start 58");
  rig.run(1000);
  expect(rig.bench.totalLitres).toBeGreaterThan(flowed);
});

test("what waits too long for a stuck valve is given up", () => {
  const rig = new Rig();
  rig.run(500);
  rig.garden.manual(2, 60);
  rig.run(3600);
  rig.bench.stick(1, 0.3);
  rig.enter();
  rig.leave();
  rig.run(31 * 60_000);
  expect(rig.notes.at(-1)).toBe("manual stopped: valve 2 does not close");
  expect(rig.kept).toBe("");
});

test("a valve that does not open is skipped, and the next zone gets its water", () => {
  const rig = new Rig({ ...quick, rounds: 1 });
  rig.bench.stick(0, 0);
  rig.run(hour + 60_000);
  expect(rig.notes).toEqual(["zone 1 skipped: valve 1 does not open"]);
  expect(rig.zones).toEqual(["3 start 3", "3 stop 0"]);
  expect(rig.bench.litres(0)).toBe(0);
});

test("a switch that says closed under an open valve stops the pump", () => {
  const rig = new Rig();
  rig.run(500);
  rig.garden.manual(2, 60);
  rig.run(5000);
  expect(rig.bench.pumpRuns).toBe(true);
  rig.bench.breakSwitch(1, 1);
  rig.run(100);
  expect(rig.bench.pumpRuns).toBe(false);
  rig.run(100);
  expect(rig.notes).toEqual(["zone 2 cut short: valve 2 closed by itself"]);
});

test("a bouncing switch does not verify a valve that cannot be closed yet", () => {
  const rig = new Rig();
  rig.run(500);
  rig.garden.manual(2, 60);
  rig.run(5000);
  rig.enter();
  rig.bench.breakSwitch(1, 1);
  rig.run(1900);
  expect(rig.safe()).toBe("closing valve 2");
  rig.run(200);
  expect(rig.safe()).toBe(true);
  expect(rig.bench.valves[1].position).toBe(0);
});
