import { readFileSync } from "node:fs";
import { createContext, runInContext } from "node:vm";
import { buildSync } from "esbuild";
import { describe, expect, test } from "vitest";
import { Bench } from "../../src/board/bench.js";
import { type ManualClock, manualClock } from "../../src/board/manual-clock.js";
import { Pins } from "../../src/board/pins.js";
import type { OtaOptions } from "../../src/espruino/device/sluice.js";

class Pin {
  constructor(readonly number: number) {}
}

function bundle(entry: string): string {
  const built = buildSync({
    entryPoints: [`devs/${entry}`],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    target: "es2015",
    external: ["sluice/espruino"],
  });
  return built.outputFiles[0].text;
}

interface Running {
  readonly pins: Pins;
  readonly clock: ManualClock;
  readonly bench: Bench;
  readonly log: string[];
  options: OtaOptions | undefined;
  remembered: string;
}

/** Runs a bundle on pins with the bench around them, the agent replaced by a notebook. */
function run(entry: string, wiringPath: string): Running {
  const pins = new Pins();
  const clock = manualClock();
  const log: string[] = [];
  const wiring: unknown = JSON.parse(readFileSync(`devs/garden/${wiringPath}`, "utf8"));
  const bench = new Bench(wiring, pins, clock, (event) =>
    log.push(event.event === "valve" ? `${event.name} ${event.state}` : `pump ${event.state}`),
  );
  const it: Running = { pins, clock, bench, log, options: undefined, remembered: "" };
  const ota = {
    begin: (options: OtaOptions) => {
      it.options = options;
      log.push("begin");
    },
    remember: (text: string) => {
      it.remembered = text;
    },
    recall: () => it.remembered,
    startReason: () => "power-on",
  };
  const again = (action: () => void, ms: number): void => {
    clock.after(ms, () => {
      action();
      again(action, ms);
    });
  };
  const context = createContext({
    Pin,
    pinMode: (pin: Pin, mode: "input") => pins.setMode(pin.number, mode),
    digitalWrite: (pin: Pin, level: number) => {
      pins.write(pin.number, level ? 1 : 0);
      if (it.options === undefined) log.push(`${pin.number}=${level}`);
    },
    digitalRead: (pin: Pin) => pins.readLevel(pin.number),
    setInterval: again,
    getTime: () => clock.now() / 1000,
    E: {
      emit: (_: string, event: { event: string; zone?: number; state?: string }) =>
        log.push(`${event.event} ${event.zone ?? ""} ${event.state ?? ""}`),
    },
    require: () => ({ ota }),
  });
  runInContext(bundle(entry), context, { timeout: 5000 });
  return it;
}

describe.each([
  ["garden/spring.ts", "wiring.json", [33, 25, 26, 27]],
  ["garden/main.ts", "wiring.json", [33, 25, 26, 27]],
])("%s", (entry, wiringPath, actuators) => {
  test("drives everything low before it does anything else", () => {
    const it = run(entry, wiringPath);
    expect(it.log.filter((line) => line.endsWith("=1"))).toEqual([]);
    expect(it.log.at(-1)).toBe("begin");
    for (const pin of actuators) expect(it.pins.driven(pin)).toBe(0);
  });

  test("waters zone 2 at a press of the button, and the safe state stops it", () => {
    const it = run(entry, wiringPath);
    it.clock.advance(1000);
    it.log.length = 0;
    it.bench.press();
    it.clock.advance(3000);
    expect(it.log).toEqual(["valve 2 opening", "valve 2 open", "pump on", "zone 2 start"]);
    const steps = it.options?.safeState ?? [];
    for (const step of steps) step.enter();
    expect(steps.map((step) => step.check())).toEqual([true, "closing valve 2"]);
    it.clock.advance(2500);
    expect(steps.map((step) => step.check())).toEqual([true, true]);
    expect(it.remembered).toMatch(/^g2 0 \d 0 -1 0 0,2,0 manual 0 2 5\d 0$/);
    expect(it.options?.healthy?.()).toBe(true);
  });

  test("is small", () => {
    expect(bundle(entry).length).toBeLessThan(10_500);
  });
});

test("the two releases differ in their program", () => {
  expect(bundle("garden/spring.ts")).toContain("spring");
  expect(bundle("garden/main.ts")).toContain("summer");
  expect(bundle("garden/main.ts")).not.toContain("spring");
});
