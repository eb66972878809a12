import type { Board } from "../../boards/index.js";
import { freeSketchSpace, largestEqualSketch, roundUpToSector } from "../core/flash/sketch-space.js";
import { appPartitions } from "./board-target.js";
import type { FileJudgement } from "./judge-file.js";
import { type Placement, placeImage } from "./placement.js";
import { boardRegions, type Region, withoutGaps } from "./regions.js";
import { tooLarge } from "./what-fits.js";

/** All that `sluice layout` shows, ready for JSON. Addresses and sizes in bytes. */
export interface LayoutView {
  readonly board: string;
  readonly title: string;
  readonly chip: string;
  readonly kind: string;
  readonly flashSize: number;
  readonly regions: readonly Region[];
  /** `ESP.getFreeSketchSpace()`: what the next firmware may take. Unknown where it depends on the running sketch. */
  readonly freeSketchSpace: number | undefined;
  /** Largest firmware that can be replaced by one of its own size. */
  readonly largestFirmware: number;
  readonly powerSafety: string;
  readonly powerReason: string;
  readonly refusal: string | undefined;
  /** Why Espruino's own firmware does not come over the air where smaller ones do. */
  readonly tooLarge: string | undefined;
  readonly placement: Placement | undefined;
}

export interface LayoutOptions {
  /** The image to place; it has been judged sound. */
  readonly image?: FileJudgement;
  /** Bytes of the sketch that runs now. */
  readonly running?: number;
}

export function viewLayout(board: Board, options: LayoutOptions = {}): LayoutView {
  const { layout } = board;
  const placement =
    options.image === undefined ? undefined : placeImage(board, options.image, options.running);
  return {
    board: board.id,
    title: board.title,
    chip: board.chip,
    kind: layout.kind,
    flashSize: board.flashSize,
    regions: regionsWith(board, placement, options),
    freeSketchSpace: freeSpace(board, runningSize(options)),
    largestFirmware: largestFirmware(board),
    powerSafety: layout.powerSafety,
    powerReason: layout.powerReason,
    refusal: layout.refusal,
    tooLarge: tooLarge(board),
    placement,
  };
}

/** What is said to run; without it a sketch as large as the new one. */
function runningSize(options: LayoutOptions): number | undefined {
  return options.running ?? options.image?.inner?.size ?? options.image?.outer.size;
}

function freeSpace(board: Board, running: number | undefined): number | undefined {
  if (board.layout.refusal !== undefined) return 0;
  if (board.layout.kind !== "eboot") return largestFirmware(board);
  return running === undefined ? undefined : freeSketchSpace(board.layout.area, running);
}

function largestFirmware(board: Board): number {
  const { layout } = board;
  if (layout.refusal !== undefined) return 0;
  switch (layout.kind) {
    case "esp32":
      return Math.min(...appPartitions(board).map(({ size }) => size));
    case "eboot":
      return Math.min(largestEqualSketch(layout.area), layout.sketchLimit);
    case "store":
      return 0;
  }
}

/** Splits the sketch area into what runs, what is free and what comes; other slots are shown whole. */
function regionsWith(board: Board, placement: Placement | undefined, options: LayoutOptions): Region[] {
  const regions = boardRegions(board);
  const { layout } = board;
  const isSketch = placement?.slot === "sketch area";
  if (layout.kind !== "eboot" || placement === undefined || !isSketch) return regions;
  const running = roundUpToSector(runningSize(options) ?? 0);
  const others = regions.filter(({ name }) => name !== "sketch" && name !== "unused");
  return withoutGaps(
    [
      ...others,
      { name: "running sketch", start: 0x1000, size: running - 0x1000, note: "" },
      { name: "new image", start: placement.start, size: placement.size, note: "staged for eboot to copy" },
    ],
    board.flashSize,
  );
}
