import { type AppHeader, appHeaderLength, BundleKind, Engine, type SafePin } from "../../core/app-header.js";
import { chooseBoot, firmwareGivenUp } from "../../core/boot.js";
import { BundleSlots } from "../../core/bundle-slots.js";
import { engineTooOld, oldestEngine } from "../../core/engine-version.js";
import { OtaSwitch } from "../../core/firmware/ota-switch.js";
import { Journal, Record } from "../../core/journal.js";
import { storageHeaderLength, storeFileName } from "../../core/store.js";
import type { AgentModule } from "./boot-info.js";
import { chipFlash, hasFirmwareSlots } from "./chip-flash.js";
import { engineBytes } from "./engine-bytes.js";
import { engineChecksum } from "./engine-checksum.js";
import { isProvisioned, storeFlash, storeOfBoard } from "./engine-flash.js";
import { startReason } from "./reset-reason.js";
import { drivePins } from "./safe-pins.js";
import { comesHome, userSlot } from "./user-slot.js";
import { watchdogSeconds } from "./watchdog.js";

/**
 * `.boot0`: the first storey, written by cable only. Provisioning puts the safe pins of the first app in front of it,
 * as the very first statements; then it chooses agent and app, and starts both.
 */
declare const SLUICE_SAFE_PINS: SafePin[];

const slots = new BundleSlots(
  engineBytes,
  engineChecksum,
  storeFlash,
  storeOfBoard,
  Engine.Espruino,
  BOARD_FAMILY,
);
const journal = new Journal(engineBytes, engineChecksum, storeFlash, storeOfBoard.journal);

function code(block: number, header: AppHeader): string {
  const offset = block * BOARD_BLOCK + appHeaderLength - storageHeaderLength;
  return require("Storage").read(storeFileName, offset, header.payloadLength) as string;
}

function soundApp(slot: number): boolean {
  const header = slots.app(slot);
  return (
    header !== undefined && header.kind === BundleKind.App && slots.isSound(slots.appBlock(slot), header)
  );
}

function soundAgent(slot: number): boolean {
  const header = slots.agent(slot);
  return (
    header !== undefined && header.kind === BundleKind.Agent && slots.isSound(slots.agentBlock(slot), header)
  );
}

/** Whether firmware on trial was given up: then the chip restarts into the slot before it. */
function firmwareFailed(): boolean {
  if (BOARD_USER2 !== 0)
    return firmwareGivenUp(journal, { runningSlot: () => userSlot() - 1, giveUp: () => undefined });
  if (BOARD_OTADATA === 0 || !hasFirmwareSlots()) return false;
  const otaSwitch = new OtaSwitch(engineBytes, engineChecksum, chipFlash, BOARD_OTADATA, 1, true);
  return firmwareGivenUp(journal, {
    runningSlot: () => otaSwitch.order()[0],
    giveUp: () => otaSwitch.giveUp(),
  });
}

function openedJournal(): Journal {
  journal.open();
  return journal;
}

function start(): void {
  const reason = startReason();
  const home = BOARD_USER2 !== 0 && comesHome(openedJournal());
  if (!home && firmwareFailed()) {
    E.reboot();
    return;
  }
  const choice = chooseBoot(journal, reason, soundApp, soundAgent);
  const agentHeader = choice.agent < 0 ? undefined : slots.agent(choice.agent);
  if (agentHeader === undefined) {
    print("sluice: no sound agent, flash the board by cable");
    return;
  }
  let appHeader = choice.app < 0 ? undefined : slots.app(choice.app);
  let safePins = SLUICE_SAFE_PINS;
  if (appHeader !== undefined) {
    drivePins(appHeader.safePins);
    for (const safe of appHeader.safePins) safePins = withPin(safePins, safe);
  }
  // Its pins are safe; it has to wait for what the agent finds out.
  if (home) appHeader = undefined;
  E.enableWatchdog(watchdogSeconds, true);
  let agent: AgentModule;
  try {
    sluiceCode = code(slots.agentBlock(choice.agent), agentHeader);
    Modules.addCached("sluice", sluiceCode);
    agent = require("sluice") as unknown as AgentModule;
    agent.start({
      app: appHeader === undefined ? -1 : choice.app,
      appName: appHeader === undefined ? "none" : `${appHeader.name}@${appHeader.version}`,
      appTrial: choice.appTrial,
      agentTrial: choice.agentTrial,
      why: home ? "homecoming" : choice.why,
      reason: reason,
      safePins: safePins,
    });
  } catch (error) {
    print("sluice: agent failed", error);
    // Back to the agent that let this one in; without one there is nothing to go back to.
    if (soundAgent(1 - choice.agent) && !journal.current().agentBad) {
      journal.append(Record.AgentBack);
      E.reboot();
    }
    return;
  }
  if (appHeader === undefined) return;
  try {
    runApp(code(slots.appBlock(choice.app), appHeader));
  } catch (error) {
    agent.appFailed(error);
  }
}

/**
 * As a module, not by `eval`: every function of the app would keep what it could see where it was evaluated, and that
 * would be all of the loader.
 */
function runApp(source: string): void {
  sluiceCode = source;
  Modules.addCached("app", source);
  Modules.removeCached("app");
}

function withPin(pins: SafePin[], added: SafePin): SafePin[] {
  const all: SafePin[] = [];
  for (const safe of pins) if (safe.pin !== added.pin) all.push(safe);
  all.push(added);
  return all;
}

if (engineTooOld(process.env.VERSION))
  print(`sluice: this is Espruino ${process.env.VERSION}, ${oldestEngine} or newer is needed`);
if (isProvisioned()) start();
else print("sluice: Storage is not laid out for Sluice, flash the board by cable");
