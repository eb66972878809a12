import { expect, it } from "vitest";
import { addProve } from "../../src/cli/prove.js";
import { runVerb } from "../support/run-verb.js";

it("proves one path and says so in a table, with exit code 0", async () => {
  const { out, exitCode } = await runVerb(
    addProve,
    "prove",
    "--quick",
    "--layout",
    "esp32-devkit",
    "--path",
    "confirm",
    "--jobs",
    "1",
  );
  expect(exitCode).toBe(0);
  expect(out).toContain("esp32-devkit");
  expect(out).toMatch(/confirm +2 +20 +\d+ +2 \(all of 1\)/);
  expect(out).toContain("No layout that is called safe has a counter-example.");
});

it("prints one object with --json, the same for the same seed", async () => {
  const call = [
    "prove",
    "--quick",
    "--layout",
    "arduino-esp8266-4m1m",
    "--path",
    "eboot",
    "--json",
    "--seed",
    "4",
    "--jobs",
    "1",
  ];
  const [first, second] = [await runVerb(addProve, ...call), await runVerb(addProve, ...call)];
  const one = JSON.parse(first.out);
  expect(one.seed).toBe(4);
  expect(one.results[0].levels[0].counts.brick).toBeGreaterThan(0);
  expect(JSON.parse(second.out).results[0].examples).toEqual(one.results[0].examples);
});

it("replays a counter-example to its end, with exit code 1", async () => {
  const { out, exitCode } = await runVerb(
    addProve,
    "prove",
    "--replay",
    "arduino-esp8266-4m1m/eboot@62.half.lost#1",
  );
  expect(exitCode).toBe(1);
  expect(out).toMatch(/power lost, torn: half; RTC memory lost/);
  expect(out.trimEnd().split("\n").at(-1)).toMatch(/^(brick|unverified): /);
});

it("replays a harmless cut, with exit code 0", async () => {
  const { out, exitCode } = await runVerb(
    addProve,
    "prove",
    "--replay",
    "esp32-devkit/confirm@0.half.lost+1.complete.kept#1",
  );
  expect(exitCode).toBe(0);
  expect(out).toContain("nothing is wrong");
});

it.each([
  [["--layout", "esp9000"]],
  [["--replay", "nonsense"]],
  [["--replay", "esp32-devkit/confirm@99.half.lost#1"]],
])("says UNKNOWN_PATH to %j", async (args) => {
  await expect(runVerb(addProve, "prove", ...args)).rejects.toMatchObject({ code: "UNKNOWN_PATH" });
});

it("calls a seed that is no number a wrong call", async () => {
  await expect(runVerb(addProve, "prove", "--seed", "x")).rejects.toMatchObject({
    code: "commander.invalidArgument",
  });
});
