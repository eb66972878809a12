import { type Board, boards, findBoard } from "../../boards/index.js";
import type { Fault } from "../core/errors.js";
import { imageKind } from "../core/image/judge.js";
import type { ImageKind } from "../core/image/judgement.js";
import { anyTarget, type ImageTarget } from "../core/image/target.js";
import { catalogEntry, SluiceError } from "../errors/sluice-error.js";
import { boardTarget } from "./board-target.js";
import { describeImage } from "./describe.js";
import { type FileJudgement, judgeBytes, nodeImageTools, readImageFile } from "./judge-file.js";
import { type Placement, placeImage } from "./placement.js";

/** What `sluice image` found out. */
export interface ImageReport {
  readonly file: string;
  readonly kind: ImageKind;
  /** Kind of what a gzip file holds. */
  readonly inside: ImageKind | undefined;
  readonly size: number;
  readonly facts: Readonly<Record<string, string>>;
  readonly sound: boolean;
  /** With a board: whether it goes there over the air. */
  readonly fits: boolean | undefined;
  readonly board: string | undefined;
  readonly placement: Placement | undefined;
  /** What is wrong, with what to do. */
  readonly error: (Fault & { readonly remedy: string }) | undefined;
}

/** @throws SluiceError FILE_NOT_READABLE, UNKNOWN_BOARD */
export function imageReport(file: string, boardId?: string): ImageReport {
  const board = boardId === undefined ? undefined : requireBoard(boardId);
  const data = readImageFile(file);
  const alone = judgeBytes(data, anyTarget);
  const judged = board === undefined || alone.fault !== undefined ? alone : judgeForBoard(data, board);
  const sound = alone.fault === undefined;
  const placement = board === undefined || judged.fault ? undefined : placeImage(board, judged);
  const wrong = judged.fault ?? placement?.fault;
  return {
    file,
    kind: alone.outer.kind,
    inside: alone.inner?.kind,
    size: data.length,
    facts: Object.fromEntries(describeImage(alone).map(([label, value]) => [label.trimEnd(), value])),
    sound,
    fits: board === undefined ? undefined : wrong === undefined,
    board: boardId,
    placement,
    error: wrong && { ...wrong, remedy: catalogEntry(wrong.code)?.remedy ?? "" },
  };
}

const firmwareKinds: ReadonlySet<ImageKind> = new Set(["esp8266", "esp8266-v2", "arduino", "esp32", "gzip"]);

/** Firmware is judged for the board's boot loader; everything else has no boot loader to suit. */
export function judgeForBoard(data: Uint8Array, board: Board): FileJudgement {
  const kind = imageKind(nodeImageTools, data.subarray(0, 32));
  return judgeBytes(data, firmwareKinds.has(kind) ? uploadTarget(board) : anyTarget);
}

/**
 * Room is left to the placement, which knows what would fit. Where no firmware goes at all, that is the reason to give,
 * not that this one is a little too large as well.
 */
function uploadTarget(board: Board): ImageTarget {
  const target = { ...boardTarget(board), room: 0 };
  return board.layout.refusal === undefined ? target : { ...target, flashSize: 0, inflatedRoom: 0 };
}

/** @throws SluiceError UNKNOWN_BOARD, with the list of boards */
export function requireBoard(id: string): Board {
  const board = findBoard(id);
  if (board !== undefined) return board;
  const why = id.startsWith("esp8266")
    ? "an ESP8266 with Espruino is not supported, it has too little memory (docs/size.md); with Arduino's firmware it is one of these"
    : `there is no board "${id}"`;
  throw new SluiceError("UNKNOWN_BOARD", `${why}; there are ${boards.map((one) => one.id).join(", ")}`);
}

/** The report for people. */
export function printImageReport(report: ImageReport): string {
  const facts = Object.entries(report.facts);
  const width = Math.max(...facts.map(([label]) => label.length));
  const lines = facts.map(([label, value]) => `${label.padEnd(width)}  ${value}`);
  lines.push("", report.sound ? "Sound." : `Not sound: ${report.error?.text ?? ""}.`);
  if (report.placement !== undefined) lines.push(`On ${report.board}: ${report.placement.sentence}`);
  else if (report.sound && report.error !== undefined)
    lines.push(`On ${report.board}: does not fit: ${report.error.text}.`);
  if (report.error !== undefined) lines.push(`${report.error.code}: ${report.error.remedy}`);
  return `${lines.join("\n")}\n`;
}
