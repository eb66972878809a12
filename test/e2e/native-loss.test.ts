import { expect, test } from "vitest";
import type { FlashOperation } from "../../src/board/nor-flash.js";
import { cuttingProxy } from "../support/cutting-proxy.js";
import {
  firmware,
  type NativeBoard8266,
  refusal,
  storage1At,
  storage2At,
  user2At,
  withNativeBoard,
} from "../support/native-board.js";

const parameters = 0x3fc000;
const within = (start: number, size: number) => (one: FlashOperation) =>
  one.address >= start && one.address < start + size;

/** Where the power goes, in the order of an update from user1 to user2. */
const moments: readonly (readonly [string, (one: FlashOperation) => boolean])[] = [
  ["port 88 erases the slot", (one) => one.kind === "erase" && one.address === user2At + 0x1000],
  ["port 88 writes", (one) => one.kind === "program" && within(user2At + 0x1800, 0x100)(one)],
  ["Storage is carried over", within(storage2At + 6 * 0x1000, 0x1000)],
  [
    "the copy's journal is written",
    (one) => one.kind === "program" && within(storage2At + 0x1000, 0x2000)(one),
  ],
  ["user1's own journal is written", within(storage1At + 0x1000, 0x2000)],
  ["the mark makes the copy whole", (one) => one.kind === "program" && within(storage2At, 64)(one)],
  [
    "the SDK erases a parameter copy",
    (one) => one.kind === "erase" && within(parameters + 0x1000, 0x2000)(one),
  ],
  [
    "the SDK writes a parameter copy",
    (one) => one.kind === "program" && within(parameters + 0x1000, 0x2000)(one),
  ],
  [
    "the SDK erases the flag sector",
    (one) => one.kind === "erase" && within(parameters + 0x3000, 0x1000)(one),
  ],
  [
    "the SDK writes the flag sector",
    (one) => one.kind === "program" && within(parameters + 0x3000, 0x1000)(one),
  ],
];

/** The power is back: everything starts, whichever firmware it is, and an update goes in. */
async function recovers(board: NativeBoard8266, from: number): Promise<void> {
  await board.wait("ready", { app: "garden@1.0.0" }, from);
  await goesOn(board, from);
}

async function goesOn(board: NativeBoard8266, from = 0): Promise<void> {
  await board.settled(from);
  const since = board.events.length;
  const { slot } = await board.upload(firmware(3));
  expect(board.holds(slot === 1 ? 1 : 2, slot === 1 ? firmware(3).user1 : firmware(3).user2)).toBe(true);
  expect(await board.wait("confirmed", {}, since)).toMatchObject({ app: "garden@1.0.0" });
}

for (const [what, fits] of moments)
  test.concurrent(`the power goes while ${what}`, () =>
    withNativeBoard({}, async (board) => {
      await board.settled();
      board.flash.hook = (one) => (fits(one) ? { mode: "half", seed: 1 } : undefined);
      const dark = board.wait("dark");
      const upload = board.upload(firmware(2)).catch(() => undefined);
      await dark;
      board.flash.hook = undefined;
      const from = board.events.length;
      board.virtual.powerOn();
      await upload;
      await recovers(board, from);
    }));

test.concurrent("the connection to port 88 breaks at any point: nothing restarts, the garden goes on, the next try goes in", () =>
  withNativeBoard({}, async (board) => {
    await board.settled();
    let allowed = 0;
    const proxy = await cuttingProxy(board.virtual.nativePort ?? 0, () => allowed);
    try {
      for (const bytes of [1, 90, 1000, 8000]) {
        allowed = bytes;
        const from = board.events.length;
        const refused = await refusal(board.upload(firmware(2), { nativePort: proxy.port }));
        expect(refused.code).toBe("NATIVE_UPDATER_SILENT");
        expect(await board.wait("error", {}, from)).toMatchObject({ code: "ABORTED" });
        expect(board.all("reset", from)).toEqual([]);
      }
      allowed = Number.POSITIVE_INFINITY;
      expect((await board.upload(firmware(2), { nativePort: proxy.port })).slot).toBe(2);
    } finally {
      await proxy.close();
    }
  }));

test.concurrent("the host is gone before the restart: the board restarts by itself with what it had", () =>
  withNativeBoard({}, async (board) => {
    await board.settled();
    const from = board.events.length;
    const gone = new AbortController();
    const upload = board.upload(firmware(2), {
      signal: gone.signal,
      onEvent: ({ event }) => {
        if (event === "native-restart") gone.abort();
      },
    });
    await expect(upload).rejects.toMatchObject({ code: "UPLOAD_CANCELLED" });
    expect(await board.wait("homecoming", {}, from)).toMatchObject({ away: false });
    const home = board.events.findIndex(({ event }) => event === "homecoming");
    expect(await board.wait("boot", { app: "garden@1.0.0" }, home)).toMatchObject({ why: "rollback" });
    await recovers(board, home);
  }));

test.concurrent("the network is lost between agent and host while flash is compared", () =>
  withNativeBoard({}, async (board) => {
    await board.settled();
    const from = board.events.length;
    const gone = new AbortController();
    const upload = board.upload(firmware(2), {
      signal: gone.signal,
      onEvent: (event) => {
        if (event.event === "progress" && event.acknowledged > 4000) gone.abort();
      },
    });
    await expect(upload).rejects.toMatchObject({ code: "UPLOAD_CANCELLED" });
    await board.wait("error", { code: "ABORTED" }, from);
    expect(board.all("reset", from)).toEqual([]);
    await goesOn(board);
  }));

test.concurrent("an Espruino under which nothing of ours answers is sent back to the one before", () =>
  withNativeBoard({}, async (board) => {
    await board.settled();
    // What the new firmware would find of Storage is spoiled behind the agent's back, right before the restart.
    const unlisten = board.virtual.listen(({ event }) => {
      if (event === "committed") board.flash.program(storage2At, new Uint8Array(64));
    });
    const from = board.events.length;
    const refused = await refusal(board.upload(firmware(2)));
    unlisten();
    expect(refused.code).toBe("NATIVE_WENT_BACK");
    expect(board.told.map(({ event }) => event)).toContain("native-back");
    expect(
      board
        .all("firmware", from)
        .map(({ slot }) => slot)
        .slice(0, 2),
    ).toEqual(["user2", "user1"]);
    await board.wait("homecoming", { away: false }, from);
    await recovers(
      board,
      board.events.findIndex(({ event }) => event === "homecoming"),
    );
  }));
