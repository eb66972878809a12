import type { ContentMemo } from "../../board/boot-loaders/flash-view.js";
import { StartReason } from "../../core/update/boot.js";
import { JournalRecord } from "../../core/update/journal.js";
import type { EspruinoDevice, StorePlace } from "../espruino-device.js";
import { driveUpdate } from "../rig.js";
import { type Finding, Findings, type Health, type World } from "../scenario.js";

export interface StoreBundles {
  /** The confirmed ones. */
  readonly oldApp: Uint8Array;
  readonly oldAgent: Uint8Array;
  /** What lies in the slots that do not run: sound, but long replaced. */
  readonly olderApp: Uint8Array;
  readonly olderAgent: Uint8Array;
  /** What comes over the air. */
  readonly next: Uint8Array;
  /** Sent after `next` was given up: shows that the board still takes updates. */
  readonly cure: Uint8Array;
}

/** What is in the slots and what comes; a board has one agent and one app at a time. */
export interface StoreCase {
  readonly place: StorePlace;
  /** Which of the two is updated. */
  readonly kind: "app" | "agent";
  readonly bundles: StoreBundles;
  /** How `next` behaves; all others are well. */
  readonly health: Health;
  readonly names: ContentMemo<string>;
  /** The board's parts. Tests of the prover put broken ones in. */
  readonly device: (world: World) => EspruinoDevice;
}

/** Starts that a settling board may need: a bad version takes three crashes, then a rollback, then a start. */
const mostStarts = 24;

/** Sends an image to the bundle target of a running board. @returns why it was not taken */
export function update(world: World, c: StoreCase, image: Uint8Array): string {
  const device = c.device(world);
  device.journal.open();
  const refused = driveUpdate([device.bundleTarget()], image, c.place.piece);
  if (refused !== undefined) return `${refused.code} ${refused.text}`;
  return "";
}

/** Sends the new version and marks it committed; the restart follows. */
export function updateToNext(world: World, c: StoreCase): Finding[] {
  const findings = new Findings(world);
  const refused = update(world, c, c.bundles.next);
  if (refused !== "") findings.add("stuck", `the update is refused: ${refused}`);
  if (c.health === "well") world.mark("c");
  world.restart(StartReason.Restart);
  return findings.list;
}

/** One start of loader and agent. @returns whether it has settled: nothing is on trial and nothing restarts */
function start(world: World, c: StoreCase, findings: Findings): boolean {
  const device = c.device(world);
  const choice = device.choose();
  const runs = {
    agent: choice.agent < 0 ? "none" : nameIn(device, device.slots.agentBlock(choice.agent), c),
    app: choice.app < 0 ? "none" : nameIn(device, device.slots.appBlock(choice.app), c),
  };
  world.log(
    `starts agent ${runs.agent} (slot ${choice.agent}), app ${runs.app} (slot ${choice.app}) ${choice.why}`,
  );
  if (runs.agent === "none") {
    findings.add("brick", "no agent runs");
    return true;
  }
  if (runs.agent === "?" || runs.app === "?")
    findings.add("unverified", "what runs is none of the whole bundles");
  if (runs.app === "none") {
    findings.add("lost", "no app runs although a confirmed one was there");
    return true;
  }
  const subject = c.kind === "app" ? runs.app : runs.agent;
  const wellOne = c.health === "well" ? "next" : "cure";
  const newRuns = subject === wellOne;
  if (runs.app === "olderApp" || runs.agent === "olderAgent")
    findings.add("downgrade", "a version runs that was replaced long ago");
  if (!newRuns && world.has("f"))
    findings.add("downgrade", `${subject} runs although ${wellOne} was confirmed`);
  else if (!newRuns && world.has("c"))
    findings.add("uninstalled", `${subject} runs although ${wellOne} was committed and is well`);
  if (!oldIsWhole(device, c) && !world.has("f"))
    findings.add("lost", "the old version is damaged before the new one was confirmed");
  if (subject === "next" && c.health !== "well") {
    fail(device, c);
    return false;
  }
  device.append(JournalRecord.Confirm);
  world.log("agent: confirmed");
  if (newRuns) world.mark("f");
  return true;
}

/** What agent or watchdog do when the version that runs is bad. */
function fail(device: EspruinoDevice, c: StoreCase): void {
  const { world } = device;
  if (c.health === "hangs") {
    world.log(`the ${c.kind} hangs, the watchdog bites`);
    device.restart(StartReason.Watchdog);
    return;
  }
  world.log(`the ${c.kind} throws and is given up`);
  const state = device.journal.current();
  if (c.kind === "agent") device.append(JournalRecord.AgentBack);
  else device.append(state.appTrial ? JournalRecord.AppBack : JournalRecord.Unknown);
  device.restart(StartReason.Restart);
}

/** Starts again and again until the board stays up; then brings the update in if it is not in yet. */
export function recoverStore(world: World, c: StoreCase): Finding[] {
  const findings = new Findings(world);
  settle(world, c, findings);
  if (findings.any) return findings.list;
  const wanted = c.health === "well" ? "next" : "cure";
  if (!runsNow(world, c, wanted)) {
    world.log("the update is sent again");
    const refused = update(world, c, c.bundles[wanted]);
    if (refused !== "") {
      findings.add("stuck", `sent again it is refused: ${refused}`);
      return findings.list;
    }
    world.mark("c");
    world.restart(StartReason.Restart);
    settle(world, c, findings);
    if (!findings.any && !runsNow(world, c, wanted))
      findings.add("stuck", "sent again it still does not run");
  }
  return findings.list;
}

function settle(world: World, c: StoreCase, findings: Findings): void {
  for (let starts = 0; starts < mostStarts; starts++) if (start(world, c, findings)) return;
  findings.add("brick", `after ${mostStarts} starts it still restarts`);
}

function runsNow(world: World, c: StoreCase, name: string): boolean {
  const device = c.device(world);
  const state = device.journal.open();
  const block = c.kind === "app" ? device.slots.appBlock(state.app) : device.slots.agentBlock(state.agent);
  return nameIn(device, block, c) === name;
}

/** The version to return to has to stay as it was until the new one has proved itself. */
function oldIsWhole(device: EspruinoDevice, c: StoreCase): boolean {
  const old = c.kind === "app" ? "oldApp" : "oldAgent";
  const blocks = c.kind === "app" ? c.place.layout.app : c.place.layout.agent;
  return blocks.some((block) => nameIn(device, block, c) === old);
}

/** What a slot holds, bit for bit: one of the bundles that there are, "none" without a header, else "?". */
function nameIn(device: EspruinoDevice, block: number, c: StoreCase): string {
  const { layout, address } = c.place;
  const isApp = layout.app.includes(block);
  const blocks = isApp ? layout.appBlocks : layout.agentBlocks;
  const start = address + block * layout.blockLength;
  const { flash } = device.world;
  return c.names.get(flash, "", start - flash.base, blocks * layout.blockLength, () => {
    const header = device.slots.header(block, blocks);
    if (header === undefined) return "none";
    const bundle = flash.read(start, 256 + header.payloadLength);
    for (const [name, image] of Object.entries(c.bundles))
      if (Buffer.compare(bundle, image) === 0) return name;
    return "?";
  });
}
