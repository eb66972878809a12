import { expect, test } from "vitest";
import { type GardenBoard, withBoard } from "../support/garden-board.js";
import { witness } from "../support/test-bundles.js";

const password = "dandelion";
const valvePin = 26;

/** A board on which no image fits beside the application. */
async function cramped(use: (board: GardenBoard) => Promise<void>): Promise<void> {
  await withBoard({ app: await witness("1.0.0", "cramped"), password }, async (board) => {
    await board.ready();
    await board.settled();
    await use(board);
  });
}

/** No drop flows from the safe state on until an application runs again. */
function neverOpened(board: GardenBoard, from: number): void {
  const safe = Number(board.all("safe", from)[0]?.t);
  const end = Number(board.all("boot", from).find(({ why }) => why !== "update-mode")?.t);
  const opened = board.pinChanges.filter(
    ({ pin, level, t }) => pin === valvePin && level === 1 && t > safe && t < end,
  );
  expect(safe).toBeLessThan(end);
  expect(opened).toEqual([]);
}

test.concurrent("the board restarts for the update alone, calls the uploader back, and runs the new version", async () => {
  await cramped(async (board) => {
    const from = board.events.length;
    await board.upload(await witness("2.0.0"));
    await board.wait("confirmed", { app: "witness@2.0.0" }, from);
    expect(board.all("restart", from).map(({ why }) => why)).toEqual(["update-mode", "update"]);
    expect(board.all("boot", from).map(({ why, app }) => [why, app])).toEqual([
      ["update-mode", "witness@1.0.0"],
      ["update", "witness@2.0.0"],
    ]);
    neverOpened(board, from);
  });
});

test.concurrent("an image that is refused there leaves the application as it was", async () => {
  await cramped(async (board) => {
    const from = board.events.length;
    const damaged = Buffer.from(await witness("2.0.0"));
    damaged[damaged.length - 10] = (damaged[damaged.length - 10] ?? 0) ^ 1;
    await board.refused(damaged);
    await board.wait("restart", { why: "application" }, from);
    const { app } = await board.ready(board.after(board.all("restart", from)[1] as never));
    expect(app).toBe("witness@1.0.0");
    neverOpened(board, from);
  });
});

test.concurrent("a power cut in update mode: the application is next", async () => {
  await cramped(async (board) => {
    const from = board.events.length;
    const sent = board.upload(await witness("2.0.0")).catch(() => undefined);
    await board.wait("connected", {}, from);
    const next = board.powerCycle();
    expect(await board.wait("boot", {}, next)).toMatchObject({ why: "", app: "witness@1.0.0" });
    await sent;
    await board.ready(next);
    await board.settled();
    // And the next update works.
    await board.upload(await witness("3.0.0"));
    await board.wait("confirmed", { app: "witness@3.0.0" }, next);
  });
});
