import { expect, test } from "vitest";
import { type GardenBoard, withBoard } from "../support/garden-board.js";
import { garden1, remade } from "../support/test-bundles.js";

/** The example of docs/on-the-board.md, "Boards that sleep". */
const sleeper = `(function(){
var ota=require("sluice").ota;
ota.begin({hostname:"well"});
function rest(){if(ota.busy())setTimeout(rest,500);else ESP32.deepSleep(600e6);}
setTimeout(rest,10000);
print("woke "+ota.startReason());
})();`;

const startLength = sleeper.length;
const named = async (version: string) =>
  remade(await garden1(), { name: "well", version, startLength }, sleeper);

/** So many wakes from deep sleep. @returns what ran at each */
async function wakes(board: GardenBoard, count: number): Promise<unknown[]> {
  const seen: unknown[] = [];
  for (let i = 0; i < count; i++) {
    const from = board.events.length;
    const woke = await board.hurry(board.wait("start", { reason: "deep-sleep" }, from));
    const boot = await board.wait("boot", {}, board.after(woke));
    seen.push(`${boot["app"]} ${boot["slot"]} ${boot["why"]}`);
  }
  return seen;
}

test("a board that is awake for ten seconds keeps its version, takes an update and keeps that", async () => {
  await withBoard({ app: await named("1.0.0") }, async (board) => {
    expect(new Set(await wakes(board, 7))).toEqual(new Set(["well@1.0.0 a "]));
    await board.ready(board.events.length);
    await board.upload(await named("2.0.0"));
    await board.wait("confirmed", { app: "well@2.0.0" });
    expect(new Set(await wakes(board, 7))).toEqual(new Set(["well@2.0.0 b "]));
    expect(board.all("rolled-back")).toEqual([]);
    expect(board.virtual.console.filter((line) => line === "woke deep-sleep").length).toBeGreaterThan(13);
  });
});
