import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { findBoard } from "../../boards/index.js";
import { parseWiring } from "../../src/board/bench-wiring.js";

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly entry: string;
  readonly safePins: readonly { pin: number; level: number }[];
}

function read(path: string): unknown {
  return JSON.parse(readFileSync(`devs/${path}`, "utf8"));
}

describe.each([
  ["garden/release-1.0.0.json", "garden/wiring.json", "1.0.0"],
  ["garden/sluice.json", "garden/wiring.json", "2.0.0"],
])("%s", (manifestPath, wiringPath, version) => {
  const manifest = read(manifestPath) as Manifest;
  const wiring = parseWiring(read(wiringPath));

  test("names an entry that uses this wiring", () => {
    expect(manifest).toMatchObject({ name: "garden", version });
    const entry = readFileSync(`devs/garden/${manifest.entry}`, "utf8");
    expect(entry).toContain(`"./${wiringPath.split("/")[1]}"`);
  });

  test("puts the pump and every valve to their safe level, the pump first, and nothing else", () => {
    const actuators = [wiring.pump, ...wiring.valves.map((valve) => valve.drive)];
    expect(manifest.safePins).toEqual(actuators.map((pin) => ({ pin, level: 0 })));
  });

  test("is for a board there is", () => {
    expect(findBoard((read(wiringPath) as { board: string }).board)?.espruino).toBeDefined();
  });
});

test("blink is the smallest example", () => {
  const manifest = read("blink/sluice.json") as Manifest;
  expect(existsSync(`devs/blink/${manifest.entry}`)).toBe(true);
  const lines = readFileSync(`devs/blink/${manifest.entry}`, "utf8").split("\n");
  expect(lines.length).toBeLessThan(15);
});
