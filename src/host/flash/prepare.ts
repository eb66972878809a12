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
  extends Pick<PlanOptions, "flashMode" | "running" | "recover">,
    Pick<
      ProvisionOptions,
      "app" | "password" | "open" | "strictAuth" | "hostname" | "window" | "timeZone" | "wifi" | "trust"
    > {
  /** File, folder or https:// address of an Espruino package; absent: the board keeps its own. */
  readonly firmware?: string | undefined;
  /** Allow http:// for it. */
  readonly insecure?: boolean | undefined;
}

/**
 * Fetches, builds and judges what goes onto a board.
 * @returns what makes the plan; a recovery passes what it found in the board's Storage, which what was given overrides,
 *   or undefined for a plan without Storage
 * @throws SluiceError as readFirmware, findFirmware, judgeApp, buildAgent, storageImage and flashPlan
 */
export async function prepareFlash(
  board: Board,
  options: PrepareOptions,
): Promise<(found?: Found) => Promise<FlashPlan>> {
  const { app, firmware: source, insecure, flashMode, running, recover, ...settings } = options;
  if (app !== undefined) judgeApp(app, board);
  const firmware =
    source === undefined ? undefined : findFirmware(board, await readFirmware(source, { insecure }));
  const planned = { firmware, running, recover, flashMode };
  flashPlan(board, planned);
  if (!recover && settings.password === undefined && settings.open !== true)
    throw new SluiceError("NO_PASSWORD_SET");
  const agent = (await buildAgent(board)).bytes;
  return async (found) => {
    if (recover && found === undefined) return flashPlan(board, planned);
    const content = { agent, app: app ?? found?.app, ...settings, kept: found };
    const plan = flashPlan(board, { ...planned, storage: await storageImage(board, content) });
    const isStrict = settings.password !== undefined && settings.strictAuth === true;
    return isStrict ? { ...plan, notes: [...plan.notes, strictNote] } : plan;
  };
}

const strictNote =
  "The password counts from `sluice upload` only; espota.py, Arduino IDE and PlatformIO need --lax-auth.";

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
