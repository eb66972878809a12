import { type Board, chips, findBoard } from "../../../boards/index.js";
import type { ImageKind } from "../../core/image/judgement.js";
import { compareVersions, isVersion } from "../../image/version-order.js";
import type { BoardRequest } from "../wire/board-request.js";
import { namePartsOf, stemOf } from "./file-name.js";
import { defaultChannel, type ImageTargetName, type ServedImage } from "./served-image.js";

/** What a board is to get, by its row in the table and its request. */
export interface Wish {
  readonly product: string | undefined;
  readonly channel: string;
  /** undefined: the newest. */
  readonly pinned: string | undefined;
  /** Id of the board (boards/), from the table or from the request. */
  readonly board: string | undefined;
}

/** "ambiguous": for several chips, and the board's is not known. "unclear": versions of which none is the newest. */
export type Choice = ServedImage | "none" | "ambiguous" | "unclear";

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

/** The one image for this board. */
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
  const exact = fitting.filter((image) => image.version === wish.pinned);
  const [first, ...others] = [...(exact.length > 0 ? exact : fitting)].sort(newestFirst);
  if (first === undefined) return "none";
  return others.some((other) => isUnclear(first.version, other.version)) ? "unclear" : first;
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

/** Each version before what has none; files that nothing else sets apart by their time, but only where neither has a version. */
function newestFirst(a: ServedImage, b: ServedImage): number {
  const order = compareVersions(b.version, a.version);
  if (order !== undefined && order !== 0) return order;
  if (isVersion(a.version) !== isVersion(b.version)) return isVersion(a.version) ? -1 : 1;
  if (a.version === "" && b.version === "" && a.modified !== b.modified) return b.modified - a.modified;
  return b.file.localeCompare(a.file, "en", { numeric: true });
}

/** A board may send "1.2.0", "v1.2.0" or, as in the seed's example, the whole name of the file. */
export function sameVersion(version: string, image: ServedImage): boolean {
  if (version === image.version || version === stemOf(image.file)) return version !== "";
  return compareVersions(versionIn(version), image.version) === 0;
}

/** True when the board's version is the newer one. */
export function newerThan(version: string, image: Pick<ServedImage, "version">): boolean {
  return (compareVersions(versionIn(version), image.version) ?? 0) > 0;
}

/** True for two different versions of which neither is known to be the newer one. */
export function isUnclear(version: string, other: string): boolean {
  return (
    version !== "" &&
    other !== "" &&
    version !== other &&
    compareVersions(versionIn(version), other) === undefined
  );
}

function versionIn(text: string): string {
  return isVersion(text) ? text : namePartsOf(text).version || text;
}
