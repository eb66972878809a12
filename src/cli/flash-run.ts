import { readFile } from "node:fs/promises";
import type { Board } from "../../boards/index.js";
import { SluiceError } from "../errors/sluice-error.js";
import type { FlashEvent } from "../host/flash/job.js";
import { type FlashPlan, planJob } from "../host/flash/plan.js";
import { listPorts, openLine } from "../host/flash/ports.js";
import {
  type PrepareOptions,
  prepare,
  prepareRecovery,
  previewRecovery,
  recoveryNotes,
} from "../host/flash/prepare.js";
import { recoverBoard } from "../host/flash/recover.js";
import { writeJob } from "../host/flash/write-job.js";
import { readPassword } from "../host/password.js";
import { requireBoard } from "../image/board-target.js";
import type { FlashFlags } from "./flash.js";
import { flashView, planReport, printPlan } from "./flash-view.js";

type Flags = FlashFlags & { readonly board: string };

/** What `sluice flash` does. Rejects with SluiceError. */
export async function runFlash(flags: Flags): Promise<void> {
  const board = requireBoard(flags.board);
  const options = await optionsOf(flags);
  if (flags.recover) return recover(board, flags, options);
  const plan = await prepare(board, options);
  if (flags.dryRun) return sayPlan(flags, plan);
  if (flags.browser) return serve(plan, flags);
  if (flags.running) return install(board, flags, plan);
  tell(flags, plan.notes);
  await interruptible(async (signal) => {
    const line = await openLine(flags.port ?? "");
    const job = planJob(plan, { erase: flags.erase ?? false, baud: flags.baud });
    const { written, same } = await writeJob(line, job, { onEvent: viewOf(flags), signal });
    finish(flags, { event: "done", written, same });
  });
}

/** Only Storage: the Espruino that writes it stays. */
async function install(board: Board, flags: Flags, plan: FlashPlan): Promise<void> {
  const { installOnRunning } = await import("../host/flash/running/install.js");
  const storage = plan.parts.find(({ address }) => address === board.espruino?.storage.offset);
  if (storage === undefined) throw new SluiceError("NO_ESPRUINO", `${board.id} has no Storage.`);
  await interruptible(async (signal) => {
    const options = { erase: flags.erase ?? false, onEvent: viewOf(flags), signal };
    const written = await installOnRunning(flags.port ?? "", board, storage.bytes, options);
    finish(flags, { event: "done", written, same: 0 });
  });
}

async function recover(board: Board, flags: Flags, options: PrepareOptions): Promise<void> {
  if (flags.dryRun) {
    const plan = await previewRecovery(board, options);
    const note = "Storage is read from the board first; application, notes and settings in it are kept.";
    return sayPlan(flags, { ...plan, notes: [...plan.notes, note] });
  }
  const make = await prepareRecovery(board, options);
  await interruptible(async (signal) => {
    const line = await openLine(flags.port ?? "");
    const { written, same } = await recoverBoard(
      line,
      board,
      flags.baud,
      async (found) => {
        const plan = await make(found);
        tell(flags, [...recoveryNotes(found, options), ...plan.notes]);
        return planJob(plan).pieces;
      },
      { onEvent: viewOf(flags), signal },
    );
    finish(flags, { event: "done", written, same });
  });
}

function sayPlan(flags: Flags, plan: FlashPlan): void {
  process.stdout.write(flags.json ? `${JSON.stringify(planReport(plan))}\n` : printPlan(plan));
}

export async function runList(flags: Pick<FlashFlags, "json">): Promise<void> {
  const ports = await listPorts();
  if (flags.json) process.stdout.write(`${JSON.stringify(ports)}\n`);
  else if (ports.length === 0)
    process.stdout.write("No serial port on USB. Is the board plugged in, with a cable that carries data?\n");
  else for (const { path, about } of ports) process.stdout.write(`${path}  ${about}\n`);
}

async function serve(plan: FlashPlan, flags: Flags): Promise<void> {
  const { serveFlashPage } = await import("../host/flash/browser/server.js");
  const page = await serveFlashPage(
    planJob(plan, { erase: flags.erase ?? false, baud: flags.baud }),
    plan.notes,
  );
  process.stdout.write(`Open ${page.url} in Chrome or Edge on this computer. Ctrl-C ends it.\n`);
  try {
    await interruptible(
      (signal) => new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve())),
    );
  } finally {
    await page.close();
  }
}

async function optionsOf(flags: Flags): Promise<PrepareOptions> {
  const { firmware, insecure, hostname, flashMode, open, running, wifiSsid, window, timeZone } = flags;
  const password = await readPassword(flags.passwordFile);
  const app = flags.app === undefined ? undefined : await readApp(flags.app);
  if (flags.wifiPasswordFile !== undefined && wifiSsid === undefined)
    throw new SluiceError("BAD_WIFI_SETTINGS", "A Wi-Fi password without --wifi-ssid.");
  // The environment's password is the board's, never the network's.
  const wifiPassword = flags.wifiPasswordFile && (await readPassword(flags.wifiPasswordFile, {}));
  return {
    ...(firmware === undefined ? {} : { firmware }),
    ...(insecure === undefined ? {} : { insecure }),
    ...(app === undefined ? {} : { app }),
    ...(password === undefined ? {} : { password }),
    ...(open === undefined ? {} : { open }),
    ...(hostname === undefined ? {} : { hostname }),
    ...(window === undefined ? {} : { window }),
    ...(timeZone === undefined ? {} : { timeZone }),
    ...(flashMode === undefined ? {} : { flashMode }),
    ...(running === undefined ? {} : { running }),
    ...(wifiSsid === undefined
      ? {}
      : { wifi: wifiPassword ? { ssid: wifiSsid, password: wifiPassword } : { ssid: wifiSsid } }),
  };
}

async function readApp(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new SluiceError("FILE_NOT_READABLE", `${file} cannot be read.`, { cause });
  }
}

/** Runs `work` with a signal that Ctrl-C gives. */
async function interruptible(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const cancel = new AbortController();
  const interrupted = (): void => cancel.abort();
  process.once("SIGINT", interrupted);
  process.once("SIGTERM", interrupted);
  try {
    await work(cancel.signal);
  } finally {
    process.removeListener("SIGINT", interrupted);
    process.removeListener("SIGTERM", interrupted);
  }
}

function viewOf(flags: Flags): (event: FlashEvent) => void {
  return flashView({
    json: flags.json ?? false,
    terminal: process.stderr.isTTY ?? false,
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  });
}

function tell(flags: Flags, notes: readonly string[]): void {
  for (const text of notes)
    if (flags.json) process.stdout.write(`${JSON.stringify({ event: "note", text })}\n`);
    else process.stderr.write(`${text}\n`);
}

function finish(flags: Flags, result: { event: "done"; written: number; same: number }): void {
  if (flags.json) process.stdout.write(`${JSON.stringify(result)}\n`);
  else
    process.stderr.write(
      `Done: ${result.written} bytes written and verified, ${result.same} were there already. The board starts.\n`,
    );
}
