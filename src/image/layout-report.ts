import type { Board } from "../../boards/index.js";
import { freeSketchSpace, largestEqualSketch } from "../core/flash/eboot.js";
import { requireBoard, slotSize, tooLarge } from "./board-target.js";
import { judgeForBoard, readImageFile, withRemedy } from "./judge-file.js";
import { placeImage } from "./placement.js";
import { boardRegions, type FlashRegion } from "./regions.js";

type LayoutReport = ReturnType<typeof layoutReport>;

/**
 * All that `sluice layout` shows, ready for JSON. Addresses and sizes in bytes.
 * @param runningFile the sketch that runs now; without it one as large as the image
 * @throws SluiceError UNKNOWN_BOARD, FILE_NOT_READABLE
 */
export function layoutReport(boardId: string, imageFile?: string, runningFile?: string) {
  const board = requireBoard(boardId);
  const { layout } = board;
  const given = runningFile === undefined ? undefined : readImageFile(runningFile).length;
  const image = imageFile === undefined ? undefined : judgeForBoard(readImageFile(imageFile), board);
  const sound = image?.fault === undefined ? image : undefined;
  const placement = sound && placeImage(board, sound, given);
  const running = given ?? sound?.inner?.size ?? sound?.outer.size;
  const staged = placement?.slot === "sketch area" ? { running: running ?? 0, ...placement } : undefined;
  return {
    board: board.id,
    title: board.title,
    chip: board.chip,
    kind: layout.kind,
    flashSize: board.flashSize,
    regions: boardRegions(board, staged),
    /** `ESP.getFreeSketchSpace()`: what the next firmware may take. Unknown where it depends on the running sketch. */
    freeSketchSpace: freeSpace(board, running),
    /** Largest firmware that can be replaced by one of its own size. */
    largestFirmware: largestFirmware(board),
    powerSafety: layout.powerSafety,
    powerReason: layout.powerReason,
    refusal: layout.refusal,
    /** Why Espruino's own firmware does not come over the air where smaller ones do. */
    tooLarge: tooLarge(board),
    placement,
    /** Why the image does not fit, with what to do. */
    error: withRemedy(image?.fault ?? placement?.fault),
  };
}

function freeSpace(board: Board, running: number | undefined): number | undefined {
  if (board.layout.refusal !== undefined || board.layout.kind !== "eboot") return largestFirmware(board);
  return running === undefined ? undefined : freeSketchSpace(board.layout.area, running);
}

function largestFirmware(board: Board): number {
  const { layout } = board;
  if (layout.refusal !== undefined) return 0;
  return layout.kind === "eboot"
    ? Math.min(largestEqualSketch(layout.area), layout.sketchLimit)
    : slotSize(board);
}

/** The report for people. */
export function printLayoutReport(report: LayoutReport): string {
  const chip = `${report.chip}, ${sizeText(report.flashSize)} of flash`;
  const lines = [`${report.board}: ${report.title}; ${chip}`, ""];
  lines.push(drawRegions(report.regions, report.flashSize));
  lines.push(...roomLines(report));
  const safety = report.powerSafety === "safe" ? "Power-safe" : "Not power-safe";
  lines.push(`${safety}: ${report.powerReason}.`);
  if (report.placement !== undefined) lines.push(report.placement.sentence);
  else if (report.error !== undefined) lines.push(`Does not fit: ${report.error.text}.`);
  if (report.error !== undefined) lines.push(`${report.error.code}: ${report.error.remedy}`);
  return `${lines.join("\n")}\n`;
}

function roomLines(report: LayoutReport): string[] {
  if (report.refusal !== undefined) return [`No firmware over the air: ${report.refusal}.`];
  const lines = [`Largest firmware that one of its own size can replace: ${report.largestFirmware} bytes.`];
  if (report.tooLarge !== undefined) lines.push(`${report.tooLarge}.`);
  if (report.freeSketchSpace !== undefined) lines.push(`Free sketch space: ${report.freeSketchSpace} bytes.`);
  return lines;
}

const barWidth = 28;

/** One line a region, with addresses, size and a bar in proportion (one cell at least). */
function drawRegions(regions: readonly FlashRegion[], flashSize: number): string {
  const sizeWidth = Math.max(...regions.map(({ size }) => sizeText(size).length));
  const nameWidth = Math.max(...regions.map(({ name }) => name.length));
  const lines = regions.map(({ name, start, size, note }) => {
    const cells = Math.max(1, Math.round((size / flashSize) * barWidth));
    const columns = [
      `${hex(start)}  ${hex(start + size)}`,
      sizeText(size).padStart(sizeWidth),
      (name === "unused" ? "·" : "█").repeat(Math.min(cells, barWidth)).padEnd(barWidth),
      name.padEnd(nameWidth),
      note,
    ];
    return `  ${columns.join("  ").trimEnd()}`;
  });
  return `  ${"from".padEnd(8)}  to\n${lines.join("\n")}\n`;
}

function hex(value: number): string {
  return `0x${value.toString(16).padStart(6, "0")}`;
}

/** "12 KB" for whole kilobytes, otherwise bytes. */
function sizeText(size: number): string {
  return size % 1024 === 0 ? `${size / 1024} KB` : `${size} B`;
}
