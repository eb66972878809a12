import type { PullOptions } from "../../src/espruino/device/sluice.js";
import { type Rig, sharedToken } from "../server/support/rig.js";
import { type GardenBoard, withBoard } from "./garden-board.js";

/** Board seconds in one of ours: a server of ours has a second to answer within the board's ten. */
const speed = 8;

/** Where a rig's server is. */
export const updateUrl = (rig: Pick<Rig, "port">, path = "/update"): string =>
  `http://127.0.0.1:${rig.port}${path}`;

/** Runs `use` with a board that polls only on request, or as it was provisioned to. */
export async function withAsking(
  app: Uint8Array,
  use: (board: GardenBoard) => Promise<void>,
  pull?: PullOptions,
  trust?: readonly string[],
): Promise<void> {
  await withBoard({ app, password: "dandelion", pull, trust, speed }, async (board) => {
    // The first start has to be over before the next update is let in.
    await board.ready();
    await use(board);
  });
}

/** Has the application (devs-fixtures/pull) call `ota.pull`. @returns its answer, and the result of getLastError */
export async function ask(
  board: GardenBoard,
  options: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const from = board.events.length;
  tellToAsk(board, options);
  const told = await board.wait("answer", {}, from);
  return { ...(told["reply"] as object), last: String(told["last"]) };
}

export function tellToAsk(board: GardenBoard, options: Readonly<Record<string, unknown>>): void {
  board.virtual.run(`E.emit("ask", ${JSON.stringify({ token: sharedToken, ...options })})`, "test");
}
