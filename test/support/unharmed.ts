import { expect } from "vitest";
import { type GardenBoard, withBoard } from "./garden-board.js";
import { RoguePeer } from "./rogue-peer.js";
import { witness } from "./test-bundles.js";

export const password = "dandelion";

export interface Harm {
  readonly board: GardenBoard;
  /** An uploader taken apart. */
  readonly peer: RoguePeer;
}

export interface HarmSetup {
  /** Codes that the application must receive in `onError`: one for each update that began, none for the rest. */
  readonly errors: readonly string[];
  /** The app that suffers; default: the witness. */
  readonly app?: Uint8Array;
}

/**
 * Lets `attempt` do its worst to a board that waters through valve 2, and then: nothing that runs was touched, the
 * same app still runs and never restarted, its valve was released and waters again, it received each failure once,
 * and a good update still works.
 */
export async function unharmed(setup: HarmSetup, attempt: (harm: Harm) => Promise<void>): Promise<void> {
  await withBoard({ app: setup.app ?? (await witness()), password }, async (board) => {
    await board.ready();
    await waters(board);
    const lift = [board.protect("app", 0), board.protect("agent", 0), board.protect("agent", 1)];
    const before = board.content("app", 0);
    const peer = await RoguePeer.open(board.target);
    try {
      await attempt({ board, peer });
    } finally {
      await peer.close();
    }
    await idle(board, setup.errors.length);
    expect(board.content("app", 0).equals(before)).toBe(true);
    expect(board.all("reset")).toEqual([]);
    expect(board.all("start")).toHaveLength(1);
    expect(board.all("committed")).toEqual([]);
    const told = board.all("hook").filter(({ hook }) => hook === "onError");
    expect(told.map(({ text }) => text)).toEqual(setup.errors);
    for (const one of lift) one();
    await waters(board);
    board.protect("app", 0);
    // One retry: a board that was guessed at makes even the right password wait.
    if (setup.app === undefined)
      expect(await board.update(await witness("2.0.0"), { retries: 1 })).toMatchObject({
        app: "witness@2.0.0",
        slot: "b",
      });
  });
}

/** Waits until as many errors were reported as must come. */
async function idle(board: GardenBoard, errors: number): Promise<void> {
  await board.virtual.waitFor(
    () => board.all("hook").filter(({ hook }) => hook === "onError").length >= errors,
    20_000,
    0,
  );
}

/** Waits until the valve is fully open. */
export async function waters(board: GardenBoard): Promise<void> {
  const open = () => board.bench.valves[1].state === "open";
  if (!open()) await board.virtual.waitFor(open, 20_000);
}
