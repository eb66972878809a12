import { expect, test } from "vitest";
import type { BoardEvent } from "../../src/board/events.js";
import { md5Of } from "../support/core-bundle.js";
import { type GardenBoard, withBoard } from "../support/garden-board.js";
import { RoguePeer } from "../support/rogue-peer.js";
import { agentOf, broken, garden1, garden2, remade, witness } from "../support/test-bundles.js";

const password = "dandelion";

/** Times that the program powered the pump or a valve since pin change number `from`. */
function powered(board: GardenBoard, from = 0): readonly unknown[] {
  return board.pinChanges.slice(from).filter(({ level }) => level === 1);
}

/** Broken versions, and why each is given up. */
const versions: readonly (readonly [string, string, string])[] = [
  ["throws at start", "at-start", "no moisture sensor"],
  ["throws from a timer", "early", "sensor bus is stuck"],
  ["never calls ota.begin", "no-ota", "the app has not called ota.begin"],
  ["is never well", "unwell", "no water pressure"],
];

for (const [what, how, text] of versions)
  test.concurrent(`a version that ${what} gives way to the old one`, async () => {
    await withBoard({ app: await garden1(), password }, async (board) => {
      await board.ready();
      board.protect("app", 0);
      await board.upload(await broken(how));
      const back = await board.hurry(board.wait("rolled-back"));
      expect(back).toMatchObject({ app: "broken@9.0.0", text });
      expect(await board.ready(board.after(back))).toMatchObject({
        app: "garden@1.0.0",
        slot: "a",
        trial: false,
      });
      expect(powered(board)).toEqual([]);
      expect(board.all("confirmed")).toEqual([]);
      // What was given up stays given up, and a good version is as welcome as ever.
      expect(await board.ready(board.powerCycle())).toMatchObject({ app: "garden@1.0.0" });
    });
  });

test.concurrent("an old version that settles after the commit does not confirm the new one", async () => {
  // Slow enough that the commit comes within the three seconds after the start, however busy the computer is.
  await withBoard({ app: await garden1(), password, speed: 8 }, async (board) => {
    await board.ready();
    const image = await broken("at-start");
    let back: BoardEvent;
    const peer = await RoguePeer.open(board.target);
    try {
      await peer.enter(image.length, md5Of(image), password);
      // Holds the connection after the OK, so that the old version lives on for two seconds more.
      (await peer.connection()).write(image);
      back = await board.wait("rolled-back");
    } finally {
      await peer.close();
    }
    expect(board.all("confirmed")).toEqual([]);
    expect(back["text"]).toBe("no moisture sensor");
    expect(await board.ready(board.after(back))).toMatchObject({ app: "garden@1.0.0" });
  });
});

test.concurrent("a confirmed app that throws: valves shut at once, a restart, and reachable every time", async () => {
  await withBoard({ app: await garden1(), password }, async (board) => {
    await board.ready();
    expect(await board.update(await broken("late"))).toMatchObject({ app: "broken@9.0.0" });
    let from = 0;
    for (let crash = 0; crash < 2; crash++) {
      const open = await board.wait("valve", { name: "valve 2", state: "open" }, from);
      const error = await board.wait("app-error", {}, board.after(open));
      expect(error["text"]).toBe("sensor bus is stuck");
      // The very next change of any pin is this valve's, at the moment of the error.
      const shut = board.pinChanges.find(({ pin, level, t }) => pin === 26 && level === 0 && t > open.t);
      expect(shut?.t).toBe(error.t);
      const ready = await board.ready(board.after(error));
      expect(ready).toMatchObject({ app: "broken@9.0.0", slot: "b" });
      from = board.after(ready);
    }
    // The third crash within ten minutes is one too many: what ran before it runs again.
    const back = await board.wait("boot", { app: "garden@1.0.0" }, from);
    expect(back["why"]).toBe("rollback");
    expect(await board.ready(board.after(back))).toMatchObject({ app: "garden@1.0.0", slot: "a" });
    expect(await board.update(await garden2())).toMatchObject({ app: "garden@2.0.0", slot: "b" });
  });
});

test.concurrent("an app by cable that crashes at every start ends in safe mode, and a good update ends that", async () => {
  await withBoard({ app: await broken("early"), password }, async (board) => {
    const alone = await board.wait("safe-mode");
    // Each crash counts four, and twelve are too many.
    expect(board.all("app-error")).toHaveLength(3);
    expect(powered(board)).toEqual([]);
    expect(await board.ready(board.after(alone))).toMatchObject({ app: "none" });
    expect(await board.update(await garden2())).toMatchObject({ app: "garden@2.0.0" });
  });
});

test.concurrent("an agent that does not start gives way to the old agent", async () => {
  await withBoard({ app: await garden1(), password }, async (board) => {
    await board.ready();
    board.protect("agent", 0);
    const agent = remade(await agentOf(), { version: "0.2.0" }, 'throw new Error("no agent")');
    const from = board.events.length;
    await board.upload(agent);
    const back = await board.wait("boot", {}, from);
    expect(back).toMatchObject({ app: "garden@1.0.0" });
    expect(await board.ready(from)).toMatchObject({ app: "garden@1.0.0", slot: "a" });
    expect(powered(board)).toEqual([]);
  });
});

test.concurrent("power cuts during the trial do not un-install", async () => {
  await withBoard({ app: await witness(), password }, async (board) => {
    await board.ready();
    await board.upload(await witness("2.0.0"));
    await board.wait("trial");
    // Twelve starts by power-on are the limit of core/update/journal.ts; the first start was the update's own.
    for (let cut = 0; cut < 5; cut++) {
      expect(await board.wait("boot", {}, board.powerCycle())).toMatchObject({
        app: "witness@2.0.0",
        slot: "b",
      });
    }
    expect(await board.wait("confirmed")).toMatchObject({ app: "witness@2.0.0" });
    expect(board.all("rolled-back")).toEqual([]);
  });
});

test.concurrent("both app slots broken: the agent alone, valves held, and a good update brings it back", async () => {
  await withBoard({ app: await garden1(), password }, async (board) => {
    await board.ready();
    await board.update(await garden2());
    await board.water();
    board.virtual.powerCut();
    for (const slot of [0, 1]) {
      const { start } = board.slot("app", slot);
      board.flash.program(start + 600, new Uint8Array(64));
    }
    const pins = board.pinChanges.length;
    const from = board.events.length;
    board.virtual.powerOn();
    expect(await board.ready(from)).toMatchObject({ app: "none", slot: "-" });
    expect(board.all("safe-mode", from)).toHaveLength(1);
    expect(powered(board, pins)).toEqual([]);
    expect(await board.refused(await broken("late"), { password: "daisy" })).toMatchObject({
      code: "AUTH_FAILED",
    });
    expect(await board.update(await garden2())).toMatchObject({ app: "garden@2.0.0" });
  });
});

test.concurrent("an app by cable without a word of OTA goes on through any number of power cuts", async () => {
  await withBoard({ app: await broken("no-ota"), password }, async (board) => {
    // More than the twelve starts that would be too many if none of them counted as good.
    for (let start = 0; start < 14; start++) {
      await board.hurry(board.lives(200_000));
      const from = board.powerCycle();
      expect(await board.wait("boot", {}, from)).toMatchObject({ app: "broken@9.0.0" });
    }
    expect(board.all("safe-mode")).toEqual([]);
  });
});
