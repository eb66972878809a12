import { expect, test } from "vitest";
import { type GardenBoard, withBoard } from "../support/garden-board.js";
import { agentNamed, bundleOf, garden1, garden2, witness } from "../support/test-bundles.js";

const password = "dandelion";

/** What the chip and the garden look like at each write into an app slot, and when it came. */
function watchSlots(board: GardenBoard) {
  const writes: { slot: number; afterSafe: boolean; valvesClosed: boolean; pump: boolean }[] = [];
  board.flash.hook = ({ address }) => {
    const slot = [0, 1].find((one) => {
      const { start, end } = board.slot("app", one);
      return address >= start && address < end;
    });
    if (slot !== undefined)
      writes.push({
        slot,
        afterSafe: board.all("safe").length > 0,
        valvesClosed: board.bench.valves.every(({ position }) => position === 0),
        pump: board.bench.pumpRuns,
      });
    return undefined;
  };
  return writes;
}

/** Litres that had run when an event of that name came. */
function litresAt(board: GardenBoard, event: string): () => number {
  let litres = Number.NaN;
  board.virtual.listen((one) => {
    if (one.event === event) litres = board.bench.totalLitres;
  });
  return () => litres;
}

test.concurrent("an update while valve 2 waters: closed and verified first, written, restarted, resumed", async () => {
  await withBoard({ app: await garden1(), password }, async (board) => {
    expect(await board.ready()).toMatchObject({ app: "garden@1.0.0", slot: "a", trial: false });
    await board.water();
    const before = { app: board.content("app", 0), agent: board.content("agent", 0) };
    board.protect("app", 0);
    board.protect("agent", 0);
    const writes = watchSlots(board);
    const litresWhenSafe = litresAt(board, "safe");
    const litresAtReset = litresAt(board, "reset");

    const image = await garden2();
    expect(await board.update(image)).toMatchObject({ app: "garden@2.0.0", slot: "b" });

    expect(writes.length).toBeGreaterThan(image.length / 256);
    expect(writes.filter((one) => one.slot !== 1 || !one.afterSafe || !one.valvesClosed || one.pump)).toEqual(
      [],
    );
    expect(litresWhenSafe()).toBeGreaterThan(0);
    expect(litresAtReset()).toBe(litresWhenSafe());
    expect(board.content("app", 0).equals(before.app)).toBe(true);
    expect(board.content("agent", 0).equals(before.agent)).toBe(true);
    expect(board.content("app", 1).subarray(0, image.length).equals(image)).toBe(true);
    expect(board.flash.violations).toBe(0);

    const restart = board.events.findIndex(({ event }) => event === "reset");
    expect(await board.wait("zone", { state: "start" }, restart)).toMatchObject({
      zone: 2,
      program: "manual",
    });
    const story = board.events.map(({ event }) => event);
    const milestones = [
      "authenticated",
      "safe-state",
      // The pins are watched.
      "safe-state",
      "safe",
      "verified",
      "committed",
      "restart",
      "confirmed",
    ];
    expect(story.filter((event) => milestones.includes(event))).toEqual(milestones);
  });
});

test.concurrent("the next update goes back into slot a, and power off and on changes nothing", async () => {
  await withBoard({ app: await garden1(), password }, async (board) => {
    await board.ready();
    expect(await board.update(await garden2())).toMatchObject({ app: "garden@2.0.0", slot: "b" });
    const lift = board.protect("app", 1);
    const third = await bundleOf("devs/garden", "sluice.json", "2.0.1");
    expect(await board.update(third)).toMatchObject({ app: "garden@2.0.1", slot: "a" });
    lift();
    expect(await board.ready(board.powerCycle())).toMatchObject({
      app: "garden@2.0.1",
      slot: "a",
      trial: false,
    });
  });
});

test.concurrent("ten updates in a row take turns with the slots", async () => {
  await withBoard({ app: await witness(), password }, async (board) => {
    await board.ready();
    const images = [await witness("2.0.0"), await witness("3.0.0")];
    for (let i = 0; i < 10; i++) {
      const running = i % 2;
      const lift = [board.protect("app", running), board.protect("agent", 0), board.protect("agent", 1)];
      const expected = { app: `witness@${2 + (i % 2)}.0.0`, slot: running === 0 ? "b" : "a" };
      expect(await board.update(images[i % 2])).toMatchObject(expected);
      for (const one of lift) one();
    }
    expect(board.all("confirmed")).toHaveLength(10);
    expect(board.all("rolled-back")).toEqual([]);
    expect(board.flash.violations).toBe(0);
  });
});

test.concurrent("the application hears of its update in Arduino's words", async () => {
  await withBoard({ app: await witness(), password }, async (board) => {
    await board.ready();
    await board.update(await witness("2.0.0"));
    expect(board.all("hook").map(({ hook, text }) => `${hook} ${text}`)).toEqual(["onStart 0", "onEnd "]);
  });
});

test.concurrent("an open board asks for no password", async () => {
  await withBoard({ app: await garden1() }, async (board) => {
    await board.ready();
    const asked: string[] = [];
    await board.update(await garden2(), { onEvent: ({ event }) => asked.push(event) });
    expect(asked).not.toContain("auth-asked");
    expect((await board.wait("confirmed"))["app"]).toBe("garden@2.0.0");
  });
});

test.concurrent("a board that was told so speaks arduino-esp32's PBKDF2", async () => {
  await withBoard({ app: await witness(), password, auth: "pbkdf2" }, async (board) => {
    await board.ready();
    const image = await witness("2.0.0");
    expect(await board.refused(image, { password: "daisy" })).toMatchObject({ code: "AUTH_FAILED" });
    const spoken: string[] = [];
    const confirmed = await board.update(image, {
      onEvent: (event) => {
        if (event.event === "authenticated") spoken.push(event.dialect);
      },
    });
    expect(confirmed).toMatchObject({ app: "witness@2.0.0" });
    expect(spoken).toEqual(["pbkdf2"]);
  });
});

test.concurrent("the agent is updated like an app, and the app goes on in its slot", async () => {
  await withBoard({ app: await garden1(), password }, async (board) => {
    await board.ready();
    await board.water();
    for (const slot of [0, 1]) board.protect("app", slot);
    const lift = board.protect("agent", 0);
    const confirmed = await board.update(await agentNamed("0.2.0"));
    expect(confirmed).toMatchObject({ app: "garden@1.0.0", slot: "a", agent: "0.2.0" });
    lift();
    const from = board.events.length;
    expect(await board.update(await agentNamed("0.3.0"))).toMatchObject({ agent: "0.3.0" });
    expect(await board.ready(from)).toMatchObject({ app: "garden@1.0.0", slot: "a" });
  });
});
