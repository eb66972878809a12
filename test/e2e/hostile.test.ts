import { expect, test } from "vitest";
import { withBoard } from "../support/garden-board.js";
import { bundleOf, garden1, garden2 } from "../support/test-bundles.js";

const password = "dandelion";

// On the real engine, too: test/engines/espruino/hostile.test.ts.
test.each([
  ["clears all timers, and each by its number", "timers"],
  ["sets the clock to NaN, 1970, 9999, backwards", "clock"],
])("a program that %s is confirmed and can be updated", async (_what, how) => {
  await withBoard({ app: await garden1(), password }, async (board) => {
    await board.ready();
    await board.update(await bundleOf("test/devs-fixtures/hostile", `${how}.json`));
    await board.lives(30_000);
    board.virtual.run(`print("finite " + (getTime() > -1e10 && getTime() < 1e15))`, "test");
    expect(board.virtual.console.at(-1)).toBe("finite true");
    expect(await board.update(await garden2())).toMatchObject({ app: "garden@2.0.0" });
  });
});
