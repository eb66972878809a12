import { type AppHeader, appHeaderLength, Engine, type SafePin } from "../../core/bundle/header.js";
import { BundleSlots } from "../../core/bundle/slots.js";
import { OtaSwitch } from "../../core/firmware/otadata-scheme.js";
import { chooseBoot, firmwareGivenUp, StartReason } from "../../core/update/boot.js";
import { updateMode } from "../../core/update/errand.js";
import { Journal, JournalRecord } from "../../core/update/journal.js";
import { checked } from "../../core/update/read-back.js";
import { storageHeaderLength, storeFileName } from "../../core/update/store.js";
import { engineTooOld, oldestEngine } from "../../core/version.js";
import { type AgentModule, type BootInfo, watchdogSeconds } from "./boot-info.js";
import { engineBytes } from "./ports/bytes.js";
import { crc32 } from "./ports/crypto.js";
import { chipFlash, hasFirmwareSlots, isProvisioned, storeFlash, storeOfBoard } from "./ports/flash.js";
import { drivePins } from "./safe-pins.js";

/**
 * `.boot0`: the first layer, written by cable only. Provisioning puts the safe pins of the first app in front of it,
 * as the very first statements; then it chooses agent and app, and starts both.
 */
declare let SLUICE_SAFE_PINS: SafePin[] | undefined;

const checksum = { crc32: crc32 };
const slots = new BundleSlots(engineBytes, checksum, storeFlash, storeOfBoard, Engine.Espruino, BOARD_FAMILY);
const journal = new Journal(engineBytes, checksum, checked(storeFlash), storeOfBoard.journal);
/** Records that one start may write at most, with some to spare. */
const recordsOfAStart = 12;

/** The code of a bundle, as a window onto flash. */
function code(block: number, length: number): string {
  const offset = block * BOARD_BLOCK + appHeaderLength - storageHeaderLength;
  return require("Storage").read(storeFileName, offset, length) as string;
}

/** Whether firmware on trial was given up: then the chip restarts into the slot before it. */
function firmwareFailed(): boolean {
  if (BOARD_OTADATA === 0 || !hasFirmwareSlots()) return false;
  const otaSwitch = new OtaSwitch(engineBytes, checksum, checked(chipFlash), BOARD_OTADATA, 1, true);
  return firmwareGivenUp(journal, {
    runningSlot: () => otaSwitch.order()[0],
    giveUp: () => otaSwitch.giveUp(),
  });
}

export function startReason(): StartReason {
  if (BOARD_RESET_STATE === 0) return StartReason.Unknown;
  const cause = peek32(BOARD_RESET_STATE) & 63;
  return cause < BOARD_RESET_CAUSES.length ? BOARD_RESET_CAUSES.charCodeAt(cause) - 48 : StartReason.Unknown;
}

interface Chosen {
  /** Bytes of the agent that are run at the start. */
  readonly agentLength: number;
  readonly app: string;
  readonly boot: BootInfo;
}

/** Drives the pins and reads the journal. @returns undefined when nothing can start */
function choose(): Chosen | undefined {
  const reason = startReason();
  if (firmwareFailed()) {
    BOARD_LIBRARY.reboot();
    return undefined;
  }
  const choice = chooseBoot(
    journal,
    reason,
    (slot) => slots.isWhole(false, slot),
    (slot) => slots.isWhole(true, slot),
    (isAgent) => slots.newer(isAgent),
  );
  const agentHeader = choice.agent < 0 ? undefined : slots.agent(choice.agent);
  if (agentHeader === undefined) {
    print("sluice: no sound agent, flash the board by cable");
    return undefined;
  }
  const state = journal.current();
  const alone = choice.why === updateMode;
  const isSafeMode = choice.app < 0 && !alone;
  let appHeader = slots.app(state.app);
  let safePins = SLUICE_SAFE_PINS || [];
  // The agent has them from here on.
  SLUICE_SAFE_PINS = undefined;
  // A new version that names fewer pins than the one before has to prove itself first; in safe mode all count.
  if (state.appTrial || isSafeMode) safePins = withPins(safePins, slots.app(1 - state.app));
  safePins = withPins(safePins, appHeader);
  drivePins(safePins);
  if (isSafeMode) appHeader = undefined;
  const appName = appHeader === undefined ? "none" : `${appHeader.name}@${appHeader.version}`;
  // Its pins are safe; it has to wait for what the agent does.
  if (alone) appHeader = undefined;
  return {
    agentLength: agentHeader.startLength,
    app: appHeader === undefined ? "" : code(slots.appBlock(choice.app), appHeader.startLength),
    boot: {
      agent: choice.agent,
      app: appHeader === undefined ? -1 : choice.app,
      slot: state.app,
      appName: appName,
      appTrial: state.appTrial,
      agentTrial: state.agentTrial,
      fwTrial: state.firmwareTrial,
      appBad: state.appBad,
      agentBad: state.agentBad,
      failed: state.attempts > 0,
      next: journal.nextOffset(recordsOfAStart),
      behind: slots.agentBlock(choice.agent) * BOARD_BLOCK + appHeaderLength + agentHeader.startLength,
      why: choice.why,
      reason: reason,
      safePins: safePins,
    },
  };
}

/** Back to the agent that let this one in; without one there is nothing to go back to. */
function agentFailed(error: unknown, slot: number): void {
  print("sluice: agent failed", error);
  if (!slots.isWhole(true, 1 - slot) || journal.current().agentBad) return;
  journal.append(JournalRecord.AgentBack);
  BOARD_LIBRARY.reboot();
}

/** The pins and those of a bundle, which decides on the level of a pin that both name. */
function withPins(pins: SafePin[], bundle: AppHeader | undefined): SafePin[] {
  if (bundle === undefined) return pins;
  const all: SafePin[] = [];
  for (const safe of bundle.safePins) all[all.length] = safe;
  for (const safe of pins) {
    let isNamed = false;
    for (const own of bundle.safePins) if (own.pin === safe.pin) isNamed = true;
    if (!isNamed) all[all.length] = safe;
  }
  return all;
}

if (engineTooOld(process.env.VERSION))
  print(`sluice: this is Espruino ${process.env.VERSION}, ${oldestEngine} or newer is needed`);
let chosen: Chosen | undefined;
if (isProvisioned()) chosen = choose();
else print("sluice: Storage is not laid out for Sluice, flash the board by cable");
let agent: AgentModule | undefined;
if (chosen !== undefined) {
  E.enableWatchdog(watchdogSeconds, true);
  let failure: unknown;
  // Twice, since a flipped bit in one read of its code must not decide.
  for (let tries = 0; tries < 2 && agent === undefined; tries++) {
    try {
      Modules.addCached("sluice", code(slots.agentBlock(chosen.boot.agent), chosen.agentLength));
      agent = require("sluice") as unknown as AgentModule;
    } catch (error) {
      failure = error;
    }
  }
  if (chosen.app.indexOf("Storage") >= 0) chosen.boot.files = true;
  try {
    if (agent !== undefined) agent.start(chosen.boot, chosen.app);
  } catch (error) {
    agent = undefined;
    failure = error;
  }
  if (agent === undefined) agentFailed(failure, chosen.boot.agent);
}
