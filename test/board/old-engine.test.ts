import { expect, test } from "vitest";
import { VirtualBoard } from "../../src/board/virtual-board.js";
import { esp32, provisionedChip } from "../support/test-bundles.js";

const tooOld = "sluice: this is Espruino 2v25.12, 2v26 or newer is needed";

test.each([
  ["2v25.12", [tooOld]],
  ["2v26", []],
])("on Espruino %s the loader says on the console: %j", async (engineVersion, said) => {
  const flash = await provisionedChip({ password: "admin" });
  const board = new VirtualBoard({ board: esp32, flash, engineVersion, speed: 20 });
  try {
    board.powerOn();
    expect(board.console.filter((line) => line.includes("Espruino"))).toEqual(said);
  } finally {
    await board.stop();
  }
});
