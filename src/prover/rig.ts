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

const digests = new WeakMap<Uint8Array, string>();

/** The same few images are sent millions of times. */
function md5Of(image: Uint8Array): string {
  let known = digests.get(image);
  if (known === undefined) {
    const digest = nodeCrypto.md5();
    digest.update(image);
    known = digest.hex();
    digests.set(image, known);
  }
  return known;
}

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
  const run = new Update({
    ...receivingOf(nodeBytes, nodeCrypto, targets),
    safe: new SafeState(),
    policy: () => undefined,
    notify: () => undefined,
  });
  let failed = run.begin(0, { command, size: image.length, md5: md5Of(image), from: "prover" });
  failed ??= run.open();
  for (let at = 0; at < image.length && failed === undefined; at += piece)
    failed = run.write(image.subarray(at, at + piece));
  failed ??= run.verify();
  return failed ?? run.commit(0);
}

/** Why an update was not taken, in one line; "" when it was. */
export function refusal(fault: Fault | undefined): string {
  return fault === undefined ? "" : `${fault.code} ${fault.text}`;
}

/** What differs between the things that are updated: how the board starts with them, and how they are sent. */
export interface Rig {
  /** How "next" behaves; all others are well. */
  readonly health: Health;
  /**
   * One start, from the reset until our own code has confirmed what runs or restarts.
   * @returns the name of the version that runs: "old", "next", "cure", …; "" when nothing does; undefined when the
   * board restarts
   */
  readonly start: (world: World, findings: Findings) => string | undefined;
  /** Sends a version to the running board. @returns why it is not taken, or "" */
  readonly send: (world: World, name: string) => string;
}

/** Starts that a settling board may need: a bad version takes three crashes, then a rollback, then a start. */
const mostStarts = 24;

/** The version that is wanted in the end: a bad one is followed by its cure. */
function wantedOf({ health }: Rig): string {
  return health === "well" ? "next" : "cure";
}

/** Sends "next" and restarts, as an uploader and the agent do. */
export function updateToNext(world: World, rig: Rig): Finding[] {
  const findings = new Findings(world);
  const refused = rig.send(world, "next");
  if (refused !== "") findings.add("stuck", `the update is refused: ${refused}`);
  else if (rig.health === "well") world.mark("c");
  world.restart(StartReason.Restart);
  return findings.list;
}

/** Starts until something stays up, then brings the wanted version in if it is not in yet. */
export function recover(world: World, rig: Rig): Finding[] {
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
function settle(world: World, rig: Rig, findings: Findings): string {
  for (let starts = 0; starts < mostStarts; starts++) {
    const name = rig.start(world, findings);
    if (name === undefined) continue;
    if (name === wantedOf(rig)) world.mark("f");
    return name;
  }
  findings.add("brick", `after ${mostStarts} starts it still restarts`);
  return "";
}

/** Whether a version may run after what has happened so far. */
export function judgeVersion(world: World, rig: Rig, name: string, findings: Findings): void {
  const wanted = wantedOf(rig);
  if (name === wanted) return;
  if (world.has("f")) findings.add("downgrade", `${name} runs although ${wanted} was confirmed`);
  else if (world.has("c"))
    findings.add("uninstalled", `${name} runs although ${wanted} was committed and is well`);
}

/**
 * Judges what a boot loader has started.
 * @param names of the images by their MD5
 * @returns the name, or "" when nothing sound runs
 */
export function judgeFirmware(
  world: World,
  rig: Rig,
  outcome: BootOutcome,
  names: ReadonlyMap<string, string>,
  findings: Findings,
): string {
  if (outcome.kind !== "image") {
    const why = outcome.kind === "nothing" ? outcome.reason : "the slot is blank";
    findings.add("brick", `nothing boots: ${why}`);
    return "";
  }
  const { slot, offset, verdict } = outcome;
  const name = verdict.sound ? (names.get(verdict.md5) ?? "?") : "?";
  world.log(`boot loader starts ${slot} at 0x${offset.toString(16)}: ${name}`);
  if (name === "?") {
    const what = verdict.sound ? "a sound image that nobody sent" : verdict.why;
    findings.add("unverified", `${slot} was started: ${what}`);
    findings.add("brick", "what was started is no whole image, and nothing else will be");
    return "";
  }
  if (name === "older") findings.add("downgrade", "a version runs that was replaced long ago");
  judgeVersion(world, rig, name, findings);
  return name;
}
