import { compare, parse, type SemVer } from "semver";
import { type Board, chips, findBoard } from "../../../boards/index.js";
import type { ImageKind } from "../../core/image/judgement.js";
import type { BoardRequest } from "../wire/board-request.js";
import { defaultChannel, type ImageTargetName, type ServedImage, stemOf } from "./served-image.js";

/** What a board is to get, by its row in the table and its request. */
export interface Wish {
  readonly product: string | undefined;
  readonly channel: string;
  /** undefined: the newest. */
  readonly pinned: string | undefined;
  /** Id of the board (boards/), from the table or from the request. */
  readonly board: string | undefined;
}

export type Choice = ServedImage | "none" | "ambiguous";

const filesystemKinds: Readonly<Record<string, readonly ImageKind[]>> = {
  // The ESP8266 core uses "spiffs" for LittleFS as well.
  spiffs: ["spiffs", "littlefs"],
  littlefs: ["littlefs"],
  fatfs: ["fat"],
  flashfs: ["spiffs", "littlefs", "fat"],
  filesystem: ["spiffs", "littlefs", "fat"],
};

/** undefined: a mode that this server does not know. `version` is about what sketch, or app, would get. */
export function targetOfMode({
  mode,
  family,
}: Pick<BoardRequest, "mode" | "family">): ImageTargetName | undefined {
  if (mode === "sketch" || mode === "firmware") return "firmware";
  if (mode === "version") return family === "sluice" ? "app" : "firmware";
  if (mode in filesystemKinds) return "filesystem";
  return family === "sluice" && (mode === "app" || mode === "agent") ? mode : undefined;
}

/** The one image for this board; "ambiguous" when files for several chips would do and the chip is not known. */
export function chooseImage(request: BoardRequest, wish: Wish, images: readonly ServedImage[]): Choice {
  const target = targetOfMode(request);
  const board = wish.board === undefined ? undefined : findBoard(wish.board);
  const fitting = images.filter(
    (image) =>
      image.target === target &&
      isNamed(image, wish.product) &&
      (image.channel === wish.channel || image.channel === defaultChannel) &&
      (wish.pinned === undefined || sameVersion(wish.pinned, image)) &&
      suits(image, request, board),
  );
  if (fitting.length === 0) return "none";
  if (new Set(fitting.map((image) => `${image.chip} ${image.engine} ${image.family}`)).size > 1)
    return "ambiguous";
  return [...fitting].sort(newestFirst)[0] ?? "none";
}

/** By product, or by its file's name, as the sketch of a simple updater has it in its URL. */
function isNamed(image: ServedImage, name: string | undefined): boolean {
  return image.product === name || image.file.split("/").at(-1) === name;
}

function suits(image: ServedImage, request: BoardRequest, board: Board | undefined): boolean {
  switch (image.target) {
    case "filesystem":
      return filesystemKinds[request.mode]?.includes(image.kind) === true && !image.gzip;
    case "firmware":
      return suitsChip(image, request, board);
    default:
      return (
        !image.gzip &&
        (image.kind === "devicescript") === (board?.devicescript !== undefined) &&
        (image.family === 0 || board === undefined || chips[board.chip].family === image.family)
      );
  }
}

/** eboot wants itself in front and can inflate; the ESP32's client takes neither gzip nor another chip's image. */
function suitsChip(image: ServedImage, request: BoardRequest, board: Board | undefined): boolean {
  if (board !== undefined && chips[board.chip].imageId !== image.chip) return false;
  if (request.family === "esp8266") return image.kind === "arduino";
  if (request.family === "esp32") return image.kind === "esp32" && !image.gzip;
  if (image.gzip || board === undefined) return false;
  return image.kind === (board.layout.kind === "eboot" ? "arduino" : board.layout.kind);
}

function semver(version: string): SemVer | null {
  return parse(version, { loose: true });
}

/** By SemVer; a version that is none is older than each that is one, and among themselves the younger file wins. */
function newestFirst(a: ServedImage, b: ServedImage): number {
  const [left, right] = [semver(a.version), semver(b.version)];
  if (left !== null && right !== null && compare(left, right) !== 0) return compare(right, left);
  if ((left === null) !== (right === null)) return left === null ? 1 : -1;
  return b.modified - a.modified || (a.file < b.file ? -1 : 1);
}

/** A board may send "1.2.0", "v1.2.0" or, as in the seed's example, the whole name of the file. */
export function sameVersion(version: string, image: ServedImage): boolean {
  if (version === image.version || version === stemOf(image.file)) return version !== "";
  const [left, right] = [semver(version), semver(image.version)];
  return left !== null && right !== null && left.raw.replace(/^v/, "") === right.raw.replace(/^v/, "");
}

/** True when both are SemVer and the board's is the newer one. */
export function newerThan(version: string, image: Pick<ServedImage, "version">): boolean {
  const [left, right] = [semver(version), semver(image.version)];
  return left !== null && right !== null && compare(left, right) > 0;
}
