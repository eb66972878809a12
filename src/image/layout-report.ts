import type { Fault } from "../core/errors.js";
import { catalogEntry } from "../errors/sluice-error.js";
import { drawRegions, sizeText } from "./draw-layout.js";
import { readImageFile } from "./judge-file.js";
import { type LayoutView, viewLayout } from "./layout-view.js";
import { judgeForBoard, requireBoard } from "./report.js";

export interface LayoutReport extends LayoutView {
  /** Why the image does not fit, with what to do. */
  readonly error: (Fault & { readonly remedy: string }) | undefined;
}

/** @throws SluiceError UNKNOWN_BOARD, FILE_NOT_READABLE */
export function layoutReport(boardId: string, imageFile?: string, runningFile?: string): LayoutReport {
  const board = requireBoard(boardId);
  const running = runningFile === undefined ? {} : { running: readImageFile(runningFile).length };
  if (imageFile === undefined) return { ...viewLayout(board, running), error: undefined };
  const image = judgeForBoard(readImageFile(imageFile), board);
  const view = viewLayout(board, image.fault === undefined ? { ...running, image } : running);
  const wrong = image.fault ?? view.placement?.fault;
  return { ...view, error: wrong && { ...wrong, remedy: catalogEntry(wrong.code)?.remedy ?? "" } };
}

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
