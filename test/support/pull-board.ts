import { makeFlash } from "../../src/board/board-flash.js";
import type { BoardEvent } from "../../src/board/events.js";
import type { PullOptions } from "../../src/espruino/device/sluice.js";
import { type Rig, sharedToken } from "../server/support/rig.js";
import { GardenBoard } from "./garden-board.js";
import { esp32, storageOf, writeStorage } from "./test-bundles.js";

const password = "dandelion";
/** Board seconds in one of ours: a server of ours has a second to answer within the board's ten. */
const speed = 8;

/** Where a rig's server is. */
export const updateUrl = (rig: Pick<Rig, "port">, path = "/update"): string =>
  `http://127.0.0.1:${rig.port}${path}`;

/** A board that was provisioned to poll a server. */
export async function pullingBoard(app: Uint8Array, pull: PullOptions): Promise<GardenBoard> {
  const flash = makeFlash(esp32);
  writeStorage(flash, esp32, await storageOf({ app, password, pull }));
  return GardenBoard.start({ password, flash, speed });
}

/** Runs `use` with a board that polls only on request, and ends the board, whatever happens. */
export async function withAsking(app: Uint8Array, use: (board: GardenBoard) => Promise<void>): Promise<void> {
  const board = await GardenBoard.start({ app, password, speed });
  try {
    await board.ready();
    // The first start has to be over before the next update is let in.
    await use(board);
  } finally {
    await board.stop();
  }
}

/** What the application is answered. */
export interface Answer {
  readonly result: string;
  readonly error: number;
  readonly code: string;
  readonly text: string;
  readonly detail: string;
  readonly version: string;
}

/** Has the application (devs-fixtures/pull) call `ota.pull`. @returns its answer, and the result of getLastError */
export async function ask(
  board: GardenBoard,
  options: Readonly<Record<string, unknown>>,
): Promise<Answer & { readonly last: string }> {
  const from = board.events.length;
  tellToAsk(board, options);
  const told = await board.wait("answer", {}, from);
  return { ...(told["reply"] as Answer), last: String(told["last"]) };
}

export function tellToAsk(board: GardenBoard, options: Readonly<Record<string, unknown>>): void {
  board.virtual.run(`E.emit("ask", ${JSON.stringify({ token: sharedToken, ...options })})`, "test");
}

/** Waits for the board's event of a poll. */
export function polled(board: GardenBoard, result: string, from = 0): Promise<BoardEvent> {
  return board.wait("pull", { result }, from);
}
