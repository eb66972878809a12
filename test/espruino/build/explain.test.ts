import { runInNewContext } from "node:vm";
import { describe, expect, it } from "vitest";
import { linux } from "../../../boards/linux.js";
import { buildBundle, bundleScript } from "../../../src/espruino/build/bundle.js";
import { explainTrace } from "../../../src/espruino/build/explain.js";

const fixtures = "test/espruino/build/fixtures";

/** What happens when the script's only timer fires: the stack of the error. */
function stackOf(code: string): string {
  let later = (): void => undefined;
  const world = {
    setTimeout: (callback: () => void) => {
      later = callback;
    },
  };
  runInNewContext(code, world, { filename: "sluice" });
  try {
    later();
  } catch (error) {
    return error !== null && typeof error === "object" && "stack" in error ? String(error.stack) : "";
  }
  throw new Error("the fixture did not throw");
}

describe("a stack trace", () => {
  it("gets its TypeScript places, one frame a line", async () => {
    const { code, map } = await buildBundle({ dev: `${fixtures}/broken`, board: linux });
    const frames = explainTrace(stackOf(code), [{ map, code }])
      .split("\n")
      .filter((line) => line.includes(".ts:"));
    expect(frames[0]).toMatch(/^ {4}at noHours \(pump\.ts:10:9\)$/);
    expect(frames[1]).toMatch(/pump\.ts:5:\d+/);
    expect(frames[2]).toMatch(/^ {4}at waterGarden \(main\.ts:6:\d+\)$/);
    expect(frames[3]).toMatch(/main\.ts:10:\d+/);
  });

  it("is understood whatever line the board counts", async () => {
    const { code, map } = await buildBundle({ dev: `${fixtures}/broken`, board: linux });
    const column = code.split("\n")[1].indexOf("throw") + 1;
    expect(explainTrace(`    at x (sluice:1:${column})`, [{ map }])).toBe("    at x (pump.ts:10:3)");
    expect(explainTrace(`    at sluice:77:${column}`, [{ map }])).toBe("    at pump.ts:10:3");
  });

  it("tells agent and app apart by the names of their functions", async () => {
    const [app, agent] = await Promise.all([
      buildBundle({ dev: `${fixtures}/broken`, board: linux }),
      bundleScript({ entry: `${fixtures}/agent.ts`, kind: "agent", board: linux }),
    ]);
    const line = agent.code.split("\n")[1];
    const name = /function (\w+)\(\)/.exec(line)?.[1];
    const trace = `    at ${name} (sluice:9:${line.indexOf("return new") + 1})`;
    expect(explainTrace(trace, [app, agent])).toMatch(/at big \(agent\.ts:6:\d+\)/);
  });

  it("keeps every line that is no frame", async () => {
    const { map } = await buildBundle({ dev: `${fixtures}/broken`, board: linux });
    const text = "Uncaught Error: no hours\n          ^\n    at [raw] (:1:2)\r\n>";
    expect(explainTrace(text, [{ map }])).toBe(text.replace("\r", ""));
  });

  it("needs a source map", () => {
    expect(() => explainTrace("at a:1:2", [{ map: "garden" }])).toThrow("not a source map");
  });
});
