import { closest, distance } from "fastest-levenshtein";
import { type Board, boards, chips, findBoard } from "../../boards/index.js";
import { otaPartitions, type Partition, PartitionType } from "../core/flash/partition-table.js";
import { anyTarget, type ImageTarget } from "../core/image/source.js";
import { SluiceError } from "../errors/sluice-error.js";
import { boardPartitions } from "./partition-tables.js";

/** @throws SluiceError UNKNOWN_BOARD, with the name that comes nearest */
export function requireBoard(id: string): Board {
  const board = findBoard(id);
  if (board !== undefined) return board;
  throw new SluiceError(
    "UNKNOWN_BOARD",
    id.startsWith("esp8266")
      ? "an ESP8266 with Espruino is not supported, it has too little memory (docs/size.md); with Arduino's firmware it is, as arduino-esp8266-4m1m and the like"
      : `there is no board "${id}"${suggestion(id)}`,
  );
}

/** A board whose name begins so or has it inside, else the one that shares most letters with it; "": none is near. */
function suggestion(id: string): string {
  const names = boards.map((board) => board.id);
  const letters = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const wanted = letters(id);
  const part =
    names.find((name) => letters(name).startsWith(wanted)) ??
    names.find((name) => letters(name).includes(wanted));
  const nearest = part ?? closest(wanted, names);
  const isNear = part !== undefined || distance(wanted, nearest) <= nearest.length / 2;
  return isNear ? `; did you mean ${nearest}?` : "";
}

/** Slots that firmware can start from: factory, then ota_0 and on. */
export function appPartitions(board: Board): Partition[] {
  const partitions = boardPartitions(board);
  const factory = partitions.filter(({ type, subtype }) => type === PartitionType.App && subtype === 0);
  return [...factory, ...otaPartitions(partitions)];
}

/** Bytes of the smallest slot, as an update goes to each in turn; 0 where firmware is not in partitions. */
export function slotSize(board: Board): number {
  const sizes = appPartitions(board).map(({ size }) => size);
  return sizes.length === 0 ? 0 : Math.min(...sizes);
}

/** What a firmware image for this board has to suit, whichever slot it goes to. */
export function boardTarget(board: Board): ImageTarget {
  const common = { ...anyTarget, chip: chips[board.chip].imageId, flashSize: board.flashSize };
  const { layout } = board;
  switch (layout.kind) {
    case "esp32":
      return { ...common, boot: "esp32", room: slotSize(board) };
    case "eboot":
      return { ...common, boot: "eboot", room: layout.area, inflatedRoom: layout.area };
    case "store":
      return anyTarget;
  }
}

/** Layouts that hold firmware of this size of one of the board's builds: "it fits …", for the end of a refusal. */
export function whatFits(board: Board, size: number): string {
  const builds = board.espruino?.builds ?? [];
  const found = boards
    .filter((one) => one.espruino?.builds.some((build) => builds.includes(build)) && slotSize(one) >= size)
    .map((one) => {
      const way = one.layout.refusal === undefined ? "two slots of" : "by cable only,";
      return `${one.id} (${one.flashSize / 0x100000} MB of flash, ${way} ${slotSize(one)} bytes)`;
    });
  return found.length === 0 ? "no layout here has room for it" : `it fits ${found.join(", ")}`;
}

/** Why Espruino's own build does not come over the air where smaller ones do; undefined where it comes, or none does. */
export function tooLarge(board: Board): string | undefined {
  const size = board.espruino?.firmwareSize ?? 0;
  const room = slotSize(board);
  if (board.layout.refusal !== undefined || size <= room) return undefined;
  return `Espruino's own build has ${size} bytes, a slot ${room}; ${whatFits(board, size)}`;
}
