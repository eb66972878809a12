import { describe, expect, it } from "vitest";
import { type Board, boards } from "../../boards/index.js";
import { everyScenario, plan, storeLender } from "../../src/prover/plan.js";
import { isClean, total } from "../../src/prover/result.js";
import { proveHere } from "../../src/prover/run.js";
import { isBroken, markdownTable, printTable } from "../../src/prover/table.js";
import { prove } from "./support.js";

const seed = 1;
const scenarios = everyScenario();

/** Paths that bring firmware in the way the layout's own boot loader does it. */
function firmwarePaths(board: Board): string[] {
  if (board.layout.kind === "eboot") return ["eboot", "eboot-gzip"];
  return ["firmware", "firmware-back"];
}

describe("a seeded part of every path", () => {
  const results = proveHere(plan({ seed, quick: true }));

  it("has no counter-example where a layout is called safe", () => {
    expect(results.filter(isBroken).flatMap((one) => one.examples)).toEqual([]);
    expect(results.filter((one) => one.claim === "safe").length).toBeGreaterThan(50);
  });

  it("shows the stock eboot's failures: only when RTC memory is lost", () => {
    // A larger part than the quick one: of that, one layout's may well hold none of its failures.
    const stock = plan({ seed, quick: true })
      .filter(({ scenario }) => scenario.path === "eboot" || scenario.path === "eboot-gzip")
      .map(({ scenario }) => prove(scenario, { seed, depth: 1, operations: 6 }));
    expect(stock.length).toBeGreaterThan(2);
    for (const one of stock) {
      expect(total(one, "brick"), one.layout).toBeGreaterThan(0);
      expect(one.firstPowerLost.brick, one.layout).toBe(total(one, "brick"));
    }
  });

  it("makes a table for people and one for the page", () => {
    expect(printTable(results)).toContain("npx sluice prove --replay 'arduino-esp8266-4m1m/eboot@");
    const page = markdownTable(results);
    const columns = new Set(page.split("\n").map((line) => line.split("|").length));
    expect(columns.size).toBe(1);
  });
});

describe.each(boards.map((board) => [board.id, board] as const))("the data of %s", (_, board) => {
  const own = scenarios.filter((one) => one.layout === board.id && firmwarePaths(board).includes(one.path));

  it(`says ${board.layout.powerSafety}, and so does the prover`, () => {
    if (board.layout.refusal !== undefined || board.layout.kind === "store") {
      expect(own).toEqual([]);
      return;
    }
    expect(own.map((one) => one.path)).toEqual(firmwarePaths(board));
    for (const scenario of own) {
      const result = prove(scenario, { seed, depth: 1, operations: 6 });
      expect(result.undisturbed, scenario.path).toEqual([]);
      expect(isClean(result), scenario.path).toBe(board.layout.powerSafety === "safe");
      if (board.layout.powerSafety === "not-power-safe") expect(total(result, "brick")).toBeGreaterThan(0);
    }
  });

  it("has its app paths proven, by itself or by a board whose Storage is laid out alike", () => {
    if (board.espruino === undefined) return;
    const lender = storeLender(board);
    expect(scenarios.some((one) => one.layout === lender && one.path === "app")).toBe(true);
  });
});
