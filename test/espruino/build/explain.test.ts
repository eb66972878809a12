import { describe, expect, it } from "vitest";
import { linux } from "../../../boards/linux.js";
import { buildBundle, bundleScript } from "../../../src/espruino/build/bundle.js";
import { explainTrace } from "../../../src/espruino/build/explain.js";

const fixtures = "test/espruino/build/fixtures";

/** A frame as the engine prints it: what it calls the function, and where in the code's line it is. */
function frame(code: string, at: string, called?: string): string {
  const place = `sluice:1:${code.split("\n")[1].indexOf(at) + 1}`;
  return called === undefined ? `    at ${place}` : `    at ${called} (${place})`;
}

/** What the minifier called it. */
function nameOf(code: string, where: RegExp): string {
  return where.exec(code)?.[1] ?? "";
}

describe("a stack trace", () => {
  it("gets its TypeScript places, one frame a line", async () => {
    const { code, map } = await buildBundle({ dev: `${fixtures}/broken`, board: linux });
    const trace = [
      frame(code, "throw new", nameOf(code, /function (\w+)\(\w+\)\{throw/)),
      frame(code, "this.hours.length", "start"),
      frame(code, `${nameOf(code, /(\w+)\.start\(/)}.start`, nameOf(code, /function (\w+)\(\)/)),
      frame(code, "setTimeout"),
    ];
    expect(explainTrace(trace.join("\n"), [{ map, code }]).split("\n")).toEqual([
      "    at noHours (pump.ts:10:3)",
      "    at start (pump.ts:5:9)",
      "    at waterGarden (main.ts:6:3)",
      "    at main.ts:9:1",
    ]);
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
    const trace = frame(agent.code, "return new", nameOf(agent.code, /function (\w+)\(\)/));
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
