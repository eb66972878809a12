import { expect, test } from "vitest";
import { startRig } from "../server/support/rig.js";
import { type GardenBoard, type GardenSetup, valvePins, withBoard } from "../support/garden-board.js";
import { updateUrl } from "../support/pull-board.js";
import { bundleOf, remade, witness } from "../support/test-bundles.js";
import { twistedLink } from "../support/twisted-link.js";
import { password } from "../support/unharmed.js";

const driven = (how: string) => bundleOf("test/devs-fixtures/driven", `${how}.json`);
const valvePin = 26;

/** A board whose application drives a safe pin from a timer. Not a byte is written while the pin is not at its level. */
async function restless(
  how: string,
  use: (board: GardenBoard) => Promise<void>,
  more: Partial<GardenSetup> = {},
): Promise<void> {
  await withBoard({ app: await driven(how), password, ...more }, async (board) => {
    await board.ready();
    board.flash.hook = ({ address }) => {
      const { start, end } = board.slot("app", 1);
      if (address >= start && address < end) expect(board.virtual.pins.driven(valvePin)).toBe(0);
      return undefined;
    };
    await use(board);
  });
}

/** The pin stays at its safe level from "safe" until a new version starts. */
function held(board: GardenBoard, from: number): void {
  const safe = Number(board.all("safe", from)[0]?.t);
  const end = Number(board.all("boot", from).find(({ why }) => why === "update")?.t);
  expect(safe).toBeLessThan(end);
  const moved = board.pinChanges.filter(
    ({ pin, level, t }) => pin === valvePin && level === 1 && t > safe && t < end,
  );
  expect(moved).toEqual([]);
}

for (const [what, how] of [
  ["names no steps of its own", "sluice"],
  ["names steps, but not this pin", "steps"],
  ["drives it faster than anybody looks", "fast"],
] as const)
  test.concurrent(`a program that drives a safe pin and ${what} is updated without it`, async () => {
    await restless(how, async (board) => {
      const from = board.events.length;
      expect(await board.update(await witness("2.0.0"))).toMatchObject({ app: "witness@2.0.0", slot: "b" });
      expect(board.all("restart", from).map(({ why }) => why)).toEqual(["update-mode", "update"]);
      expect(board.all("safe-state", from).map(({ text }) => text)).toContain(
        `pin ${valvePin} is driven by the application`,
      );
      expect(board.all("error", from)).toEqual([]);
      held(board, from);
    });
  });

for (const safePins of [[], [{ pin: 2, level: 0 }]])
  test.concurrent(`blink with ${safePins.length} safe pins is updated`, async () => {
    await withBoard({ app: remade(await bundleOf("devs/blink"), { safePins }), password }, async (board) => {
      await board.ready();
      const next = remade(await bundleOf("devs/blink"), { safePins, version: "2.0.0" });
      expect(await board.update(next)).toMatchObject({ app: "blink@2.0.0", slot: "b" });
      const again = remade(next, { version: "3.0.0" });
      expect(await board.update(again)).toMatchObject({ app: "blink@3.0.0", slot: "a" });
    });
  });

test.concurrent("a timer slower than the watch ends the update before its commit; the next goes without the program", async () => {
  await restless("slow", async (board) => {
    const from = board.events.length;
    let letGo: () => void = () => undefined;
    const openLink = twistedLink(
      (piece) => piece,
      new Promise<void>((resolve) => {
        letGo = resolve;
      }),
    );
    const updated = board.update(await witness("2.0.0"), { retries: 1, openLink });
    const error = await board.wait("error", {}, from).finally(letGo);
    expect(error["text"]).toBe(
      `pins no longer safe: pin ${valvePin} is driven by the application, try again in 1 s`,
    );
    expect(board.all("committed", from)).toEqual([]);
    expect(await updated).toMatchObject({ app: "witness@2.0.0" });
    expect(board.all("restart", from).map(({ why }) => why)).toEqual(["update-mode", "update"]);
    held(board, board.after(error));
  });
});

test.concurrent("a program that opens a valve after the commit has it closed again before the restart", async () => {
  await withBoard({ app: await witness(), password }, async (board) => {
    await board.ready();
    await board.settled();
    const sent = board.upload(await witness("2.0.0"));
    const committed = await board.wait("committed");
    board.virtual.run(
      `const open = () => digitalWrite(${valvePin}, 1); open(); setInterval(open, 20); E.on("kill", open)`,
      "test",
    );
    const reset = await board.wait("reset");
    const levels = board.pinChanges.filter(
      ({ pin, t }) => pin === valvePin && t >= committed.t && t <= reset.t,
    );
    expect(levels.map(({ level }) => level)).toContain(1);
    expect(levels.at(-1)?.level).toBe(0);
    await sent;
  });
});

test.concurrent("a poll of such a board goes the same way", async () => {
  const rig = await startRig({});
  try {
    rig.put("driven.app", remade(await witness("2.0.0"), { name: "driven" }));
    const pull = { url: updateUrl(rig), everyMs: 10_000, jitter: 0 };
    await restless(
      "sluice",
      async (board) => {
        expect(await board.wait("confirmed")).toMatchObject({ app: "driven@2.0.0" });
        expect(board.all("restart").map(({ why }) => why)).toEqual(["update-mode", "update"]);
        held(board, 0);
      },
      { pull, speed: 8 },
    );
  } finally {
    await rig.stop();
  }
});

/** A program that touches no pin, with these safe pins. */
const still = async (version: string, ...pins: number[]): Promise<Uint8Array> =>
  remade(await bundleOf("test/devs-fixtures/plain"), {
    version,
    safePins: pins.map((pin) => ({ pin, level: 0 })),
  });

/** Valve pins that the loader drives at a start. */
const drivenBy = (board: GardenBoard): number[] =>
  valvePins.filter((pin) => board.virtual.pins.driven(pin) === 0).sort();

test.concurrent("a version that names fewer pins has to prove itself before the loader leaves them alone", async () => {
  await withBoard({ app: await still("1.0.0", 33), password }, async (board) => {
    await board.ready();
    await board.update(await still("2.0.0", 33, 25, 26));
    expect(drivenBy(board)).toEqual([25, 26, 33]);
    const from = board.events.length;
    await board.upload(await still("3.0.0", 33, 27));
    const ready = await board.ready(from);
    expect(ready).toMatchObject({ app: "plain@3.0.0", trial: true });
    expect(drivenBy(board)).toEqual([25, 26, 27, 33]);
    await board.wait("confirmed", {}, from);
    await board.ready(board.powerCycle());
    expect(drivenBy(board)).toEqual([27, 33]);
  });
});

test.concurrent("in safe mode the loader drives the pins of what does not start any more", async () => {
  await withBoard({ app: await still("1.0.0", 33), password }, async (board) => {
    await board.ready();
    await board.update(await still("2.0.0", 33, 26));
    for (const index of [0, 1]) {
      const { start } = board.slot("app", index);
      board.flash.program(start + 256, new Uint8Array(8));
    }
    const from = board.powerCycle();
    expect(await board.wait("boot", {}, from)).toMatchObject({ why: "safe-mode", app: "none" });
    expect(drivenBy(board)).toEqual([26, 33]);
  });
});
