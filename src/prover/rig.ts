import type { BootOutcome } from "../board/boot-loaders/outcome.js";
import type { Fault } from "../core/errors.js";
import { StartReason } from "../core/update/boot.js";
import { receivingOf } from "../core/update/image-receiver.js";
import { SafeState } from "../core/update/safe-state.js";
import type { Target } from "../core/update/target.js";
import { Update } from "../core/update/update.js";
import { nodeBytes } from "../node/bytes.js";
import { nodeCrypto } from "../node/crypto.js";
import { type Finding, Findings, type Health, type World } from "./scenario.js";

/**
 * An update as a way in drives it: begin, open, pieces as they arrive, verify, commit.
 * @returns the fault that ended it, or undefined
 */
export function driveUpdate(
  targets: Target[],
  image: Uint8Array,
  piece: number,
  command = 0,
): Fault | undefined {
  const digest = nodeCrypto.md5();
  digest.update(image);
  const run = new Update({
    ...receivingOf(nodeBytes, nodeCrypto, targets),
    safe: new SafeState(),
    policy: () => undefined,
    notify: () => undefined,
  });
  let failed = run.begin(0, { command, size: image.length, md5: digest.hex(), from: "prover" });
  failed ??= run.open();
  for (let at = 0; at < image.length && failed === undefined; at += piece)
    failed = run.write(image.subarray(at, at + piece));
  failed ??= run.verify();
  return failed ?? run.commit(0);
}

/** What differs between the boot loaders that firmware is updated under. */
export interface FirmwareRig {
  /** MD5 of the image as it lies in its slot → its name: "old", "next", "cure", "older". */
  readonly names: ReadonlyMap<string, string>;
  /** How "next" behaves; all others are well. */
  readonly health: Health;
  /** The chip from its reset to the jump into an image. */
  readonly boot: (world: World) => BootOutcome;
  /** What our own code does then. @returns whether it stays up, i.e. has not restarted the chip */
  readonly run: (world: World, name: string, findings: Findings) => boolean;
  /** Sends an image to the running firmware. @returns why it is not taken, or "" */
  readonly send: (world: World, name: string) => string;
}

const mostStarts = 24;

/** The version that is wanted in the end: a bad one is followed by its cure. */
function wantedOf(rig: FirmwareRig): string {
  return rig.health === "well" ? "next" : "cure";
}

/** Sends "next" and restarts, as an uploader and the agent do. */
export function updateFirmware(world: World, rig: FirmwareRig): Finding[] {
  const findings = new Findings(world);
  const refused = rig.send(world, "next");
  if (refused !== "") findings.add("stuck", `the update is refused: ${refused}`);
  if (rig.health === "well") world.mark("c");
  world.restart(StartReason.Restart);
  return findings.list;
}

/** Starts until something stays up, then brings the wanted version in if it is not in yet. */
export function recoverFirmware(world: World, rig: FirmwareRig): Finding[] {
  const findings = new Findings(world);
  const wanted = wantedOf(rig);
  let runs = settle(world, rig, findings);
  if (!findings.any && runs !== wanted) {
    world.log(`${wanted} is sent`);
    const refused = rig.send(world, wanted);
    if (refused !== "") findings.add("stuck", `sent again it is refused: ${refused}`);
    else {
      world.mark("c");
      world.restart(StartReason.Restart);
      runs = settle(world, rig, findings);
      if (!findings.any && runs !== wanted) findings.add("stuck", `sent again, still ${runs} runs`);
    }
  }
  return findings.list;
}

/** @returns the name of what runs when nothing restarts any more; "" when nothing does */
function settle(world: World, rig: FirmwareRig, findings: Findings): string {
  for (let starts = 0; starts < mostStarts; starts++) {
    const name = start(world, rig, findings);
    if (findings.list.some(({ kind }) => kind === "brick")) return "";
    if (!rig.run(world, name, findings)) continue;
    if (name === wantedOf(rig)) world.mark("f");
    return name;
  }
  findings.add("brick", `after ${mostStarts} starts it still restarts`);
  return "";
}

function start(world: World, rig: FirmwareRig, findings: Findings): string {
  const outcome = rig.boot(world);
  if (outcome.kind !== "image") {
    const why = outcome.kind === "nothing" ? outcome.reason : "the slot is blank";
    findings.add("brick", `nothing boots: ${why}`);
    return "";
  }
  const name = outcome.verdict.sound ? (rig.names.get(outcome.verdict.md5) ?? "?") : "?";
  world.log(`boot loader starts ${outcome.slot} at 0x${outcome.offset.toString(16)}: ${name}`);
  if (name === "?") {
    const what = outcome.verdict.sound ? "a sound image that nobody sent" : outcome.verdict.why;
    findings.add("unverified", `${outcome.slot} was started: ${what}`);
    findings.add("brick", "what was started is no whole image, and nothing else will be");
    return name;
  }
  const wanted = wantedOf(rig);
  if (name === "older") findings.add("downgrade", "a version runs that was replaced long ago");
  if (name === wanted) return name;
  if (world.has("f")) findings.add("downgrade", `${name} runs although ${wanted} was confirmed`);
  else if (world.has("c"))
    findings.add("uninstalled", `${name} runs although ${wanted} was committed and is well`);
  return name;
}
