import type { Board } from "../../../boards/index.js";
import { SluiceError } from "../../errors/sluice-error.js";
import { buildAgent } from "../../espruino/build/bundle.js";
import { storageImage } from "../../espruino/provision.js";
import type { WifiSettings } from "../../espruino/wifi-config.js";
import type { FlashMode } from "./boot-header.js";
import { readFirmware } from "./fetch-firmware.js";
import { findFirmware } from "./firmware-package.js";
import { judgeApp } from "./judge-app.js";
import type { Found } from "./kept-storage.js";
import { type FlashPlan, flashPlan, type PlanOptions } from "./plan.js";

export interface PrepareOptions {
  /** File, folder or https:// address of an Espruino package; absent: the board keeps its own. */
  readonly firmware?: string;
  /** Allow http:// for it. */
  readonly insecure?: boolean;
  readonly app?: Uint8Array;
  readonly password?: string;
  /** Run without a password. */
  readonly open?: boolean;
  readonly hostname?: string;
  /** When updates are allowed (core/permit), and in which time zone. */
  readonly window?: string;
  readonly timeZone?: string;
  readonly wifi?: WifiSettings;
  readonly flashMode?: FlashMode;
  /** Written by the Espruino that runs, which keeps its table. */
  readonly running?: boolean;
}

/**
 * A plan for a new board: everything fetched, built and judged.
 * @throws SluiceError as readFirmware, findFirmware, judgeApp, buildAgent, storageImage and flashPlan
 */
export async function prepare(board: Board, options: PrepareOptions): Promise<FlashPlan> {
  const judged = await judgedOptions(board, options);
  if (options.password === undefined && options.open !== true) throw new SluiceError("NO_PASSWORD_SET");
  const agent = (await buildAgent(board)).bytes;
  return flashPlan(board, { ...judged, storage: await storageOf(board, options, agent, undefined) });
}

/** A recovery without its Storage, which depends on what the board holds. @throws SluiceError as prepare */
export async function previewRecovery(board: Board, options: PrepareOptions): Promise<FlashPlan> {
  return flashPlan(board, { ...(await judgedOptions(board, options)), recover: true });
}

/**
 * Fetches, builds and judges what a recovery needs. What was given stands above what is found on the board.
 * @returns what makes the plan once Storage has been read
 * @throws SluiceError as prepare
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
  const { app, firmware: source, insecure = false, flashMode, running = false } = options;
  if (app !== undefined) judgeApp(app, board);
  const firmware =
    source === undefined ? {} : { firmware: findFirmware(board, await readFirmware(source, { insecure })) };
  const judged = { ...firmware, running, ...(flashMode === undefined ? {} : { flashMode }) };
  flashPlan(board, judged);
  return judged;
}

function storageOf(
  board: Board,
  options: PrepareOptions,
  agent: Uint8Array,
  found: Found | undefined,
): Promise<Uint8Array> {
  const app = options.app ?? found?.app;
  const { password, open, hostname, window, timeZone, wifi } = options;
  return storageImage(board, {
    agent,
    ...(app === undefined ? {} : { app }),
    ...(password === undefined ? {} : { password }),
    ...(open === undefined ? {} : { open }),
    ...(hostname === undefined ? {} : { hostname }),
    ...(window === undefined ? {} : { window }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(wifi === undefined ? {} : { wifi }),
    ...(found === undefined ? {} : { kept: found }),
  });
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
