import type { Board } from "../../../boards/index.js";
import { BundleKind } from "../../core/bundle/header.js";
import { SluiceError } from "../../errors/sluice-error.js";
import { buildAgent } from "../../espruino/build/bundle.js";
import { type ProvisionOptions, storageImage } from "../../espruino/provision.js";
import { judgeForBoard } from "../../image/judge-file.js";
import { placeImage } from "../../image/placement.js";
import { readFirmware } from "./fetch-firmware.js";
import { findFirmware } from "./firmware-package.js";
import { type FlashPlan, flashPlan, type PlanOptions } from "./plan.js";
import type { Found } from "./recover.js";

/** What is given for the plan, and what of Storage's settings a first flash takes. */
export interface PrepareOptions
  extends Pick<PlanOptions, "flashMode" | "running">,
    Pick<ProvisionOptions, "app" | "password" | "open" | "hostname" | "window" | "timeZone" | "wifi"> {
  /** File, folder or https:// address of an Espruino package; absent: the board keeps its own. */
  readonly firmware?: string | undefined;
  /** Allow http:// for it. */
  readonly insecure?: boolean | undefined;
}

/**
 * A plan for a new board: everything fetched, built and judged.
 * @throws SluiceError as readFirmware, findFirmware, judgeApp, buildAgent, storageImage and flashPlan
 */
export async function prepareFlash(board: Board, options: PrepareOptions): Promise<FlashPlan> {
  const judged = await judgedOptions(board, options);
  if (options.password === undefined && options.open !== true) throw new SluiceError("NO_PASSWORD_SET");
  const agent = (await buildAgent(board)).bytes;
  return flashPlan(board, { ...judged, storage: await storageOf(board, options, agent) });
}

/** A recovery without its Storage, which depends on what the board holds. @throws SluiceError as prepareFlash */
export async function previewRecovery(board: Board, options: PrepareOptions): Promise<FlashPlan> {
  return flashPlan(board, { ...(await judgedOptions(board, options)), recover: true });
}

/**
 * Fetches, builds and judges what a recovery needs. What was given overrides what is found on the board.
 * @returns what makes the plan once Storage has been read
 * @throws SluiceError as prepareFlash
 */
export async function prepareRecovery(
  board: Board,
  options: PrepareOptions,
): Promise<(found: Found) => Promise<FlashPlan>> {
  const judged = { ...(await judgedOptions(board, options)), recover: true };
  const agent = (await buildAgent(board)).bytes;
  return async (found) =>
    flashPlan(board, { ...judged, storage: await storageOf(board, options, agent, found) });
}

async function judgedOptions(board: Board, options: PrepareOptions): Promise<PlanOptions> {
  const { app, firmware: source, insecure, flashMode, running } = options;
  if (app !== undefined) judgeApp(app, board);
  const firmware =
    source === undefined ? undefined : findFirmware(board, await readFirmware(source, { insecure }));
  const judged = { firmware, running, flashMode };
  flashPlan(board, judged);
  return judged;
}

function storageOf(
  board: Board,
  { app, password, open, hostname, window, timeZone, wifi }: PrepareOptions,
  agent: Uint8Array,
  found?: Found,
): Promise<Uint8Array> {
  const settings = { password, open, hostname, window, timeZone, wifi };
  return storageImage(board, { agent, app: app ?? found?.app, ...settings, kept: found });
}

/** What a recovery kept and lost, a sentence each. */
export function recoveryNotes(found: Found, options: PrepareOptions): string[] {
  const files = found.files.map(({ name }) => name);
  const app =
    options.app !== undefined
      ? "The application given replaces the one on the board."
      : found.app === undefined
        ? "Lost: the application, no slot holds a sound one. The agent runs alone and takes a new one."
        : `Kept: the application ${found.appName}.`;
  return [
    app,
    `Kept: the application's notes${files.length > 0 ? `, and the files ${files.join(", ")}` : ""}.`,
    "Lost: the other application and agent slot, and whether an update was on trial.",
  ];
}

/** Whether a file is a sound application for the board. @throws SluiceError WRONG_KIND, WRONG_ENGINE, WRONG_BOARD, … */
function judgeApp(app: Uint8Array, board: Board): void {
  const judged = judgeForBoard(app, board);
  const { kind, bundle } = judged.outer;
  if (kind !== "app" || (bundle !== undefined && bundle.kind !== BundleKind.App))
    throw new SluiceError("WRONG_KIND", "The application is no bundle that `sluice build` makes.");
  const fault = judged.fault ?? placeImage(board, judged).fault;
  if (fault !== undefined)
    throw new SluiceError(fault.code, `The application does not suit the board: ${fault.text}.`);
}
