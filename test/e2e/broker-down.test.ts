import { expect, test } from "vitest";
import { realClock } from "../../src/board/clock.js";
import { VirtualBoard } from "../../src/board/virtual-board.js";
import { esp32, garden1, provisionedChip, remade } from "../support/test-bundles.js";

/** Stands for `net.connect` to a broker that is switched off: on the ESP32 it returns when TCP gives up, after 25 s. */
const program = `(function(){
require("sluice").ota.begin({});
function connect(){var end=getTime()+25;while(getTime()<end);print("connect failed");setTimeout(connect,1000);}
setTimeout(connect,1000);
})();`;

// In a file of its own: the blocked sandbox stops everything else in its process.
test("a program whose broker is down goes on trying", async () => {
  const app = remade(await garden1(), { name: "broker", startLength: program.length }, program);
  const board = new VirtualBoard({
    board: esp32,
    flash: await provisionedChip({ app, open: true }),
    clock: realClock(10),
  });
  try {
    await board.start();
    const failed = () => board.console.filter((line) => line === "connect failed").length;
    while (failed() < 2 && !board.events.some(({ event }) => event === "hang"))
      await board.waitFor(
        ({ event }) => event === "console" || event === "hang",
        20_000,
        board.events.length,
      );
    expect(board.events.filter(({ event }) => event === "start" || event === "hang")).toHaveLength(1);
    expect(failed()).toBe(2);
  } finally {
    await board.stop();
  }
});
