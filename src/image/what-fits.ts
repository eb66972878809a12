import { type Board, boards } from "../../boards/index.js";
import { appPartitions } from "./board-target.js";

/** Layouts that hold firmware of this size of one of the board's builds: "it fits …", for the end of a refusal. */
export function whatFits(board: Board, size: number): string {
  const found = boards.filter((one) => runsSame(one, board) && slotSize(one) >= size).map(described);
  return found.length === 0 ? "no layout here has room for it" : `it fits ${found.join(", ")}`;
}

/** Why Espruino's own build does not come over the air where smaller ones do; undefined where it comes, or none does. */
export function tooLarge(board: Board): string | undefined {
  const size = board.espruino?.firmwareSize ?? 0;
  const room = slotSize(board);
  if (board.layout.refusal !== undefined || size <= room) return undefined;
  return `Espruino's own build has ${size} bytes, a slot ${room}; ${whatFits(board, size)}`;
}

function runsSame(one: Board, other: Board): boolean {
  const builds = other.espruino?.builds ?? [];
  return one.espruino?.builds.some((build) => builds.includes(build)) ?? false;
}

/** The smallest, as an update goes to each in turn; 0 where firmware is not in partitions. */
function slotSize(board: Board): number {
  const sizes = appPartitions(board).map(({ size }) => size);
  return sizes.length === 0 ? 0 : Math.min(...sizes);
}

function described(board: Board): string {
  const way = board.layout.refusal === undefined ? "two slots of" : "by cable only,";
  return `${board.id} (${board.flashSize / 0x100000} MB of flash, ${way} ${slotSize(board)} bytes)`;
}
