import { describe, expect, it } from "vitest";
import { type Board, findBoard } from "../../boards/index.js";
import { BundleKind } from "../../src/core/bundle/header.js";
import { chooseBoot } from "../../src/core/update/boot.js";
import type { Target } from "../../src/core/update/target.js";
import { nodeCrypto } from "../../src/node/crypto.js";
import { EspruinoDevice, storePlace } from "../../src/prover/espruino-device.js";
import { appStorageScenario, LoggingBoard } from "../../src/prover/paths/app-storage.js";
import { Esp32Rig, esp32Chip } from "../../src/prover/paths/esp32.js";
import { type EspruinoPath, espruinoPaths, espruinoScenario } from "../../src/prover/paths/espruino-paths.js";
import { actFilesystem, FilesystemRig, recoverFilesystem } from "../../src/prover/paths/filesystem.js";
import { StoreRig } from "../../src/prover/paths/store.js";
import { replay } from "../../src/prover/replay.js";
import { isClean, parseReplayId, total } from "../../src/prover/result.js";
import type { Scenario } from "../../src/prover/scenario.js";
import { commitFirst, kinds, prove, targetWith } from "./support.js";

function board(id: string): Board {
  const found = findBoard(id);
  if (found === undefined) throw new Error(`no board ${id}`);
  return found;
}

/** An app update of 2 KB; `Device` may have broken parts. */
function appUpdate(Device: typeof EspruinoDevice): Scenario {
  const esp32 = board("esp32-devkit");
  const place = storePlace(esp32);
  if (place === undefined) throw new Error("no Storage");
  const rig = new StoreRig(esp32, place, "app", "well", 2000);
  rig.device = (world) => new Device(world, place);
  return espruinoScenario("mutant", pathNamed("app"), rig, () => rig.provisioned(3));
}

function pathNamed(name: string): EspruinoPath {
  const found = espruinoPaths.find(({ path }) => path === name);
  if (found === undefined) throw new Error(`no path ${name}`);
  return found;
}

class CommitsFirst extends EspruinoDevice {
  override bundleTarget(): Target {
    return commitFirst(super.bundleTarget());
  }
}

/** A loader that believes the header of a bundle and does not look at the code behind it. */
class TrustsHeaders extends CommitsFirst {
  override choose(): ReturnType<typeof chooseBoot> {
    return chooseBoot(
      this.journal,
      this.world.reason,
      (slot) => this.slots.app(slot)?.kind === BundleKind.App,
      (slot) => this.slots.agent(slot)?.kind === BundleKind.Agent,
      () => -1,
    );
  }
}

/** Erases the slot that runs before the other one is written. */
class ErasesFirst extends EspruinoDevice {
  override bundleTarget(): Target {
    const target = super.bundleTarget();
    const running = this.place.layout.app[this.journal.current().app];
    const flash = this.flash;
    return targetWith(target, {
      judge: (head, size) => {
        flash.eraseBlock(running, running + 1);
        return target.judge(head, size);
      },
    });
  }
}

/** The files of an application; `Logging` may have broken parts. */
function logging(path: string, Logging = LoggingBoard): Scenario {
  const esp32 = board("esp32-devkit");
  const place = storePlace(esp32);
  if (place === undefined) throw new Error("no Storage");
  return appStorageScenario(esp32, place, pathNamed(path), Logging);
}

/** As without a guard: the engine makes room itself. */
class Compacts extends LoggingBoard {
  override makeRoom(): void {
    this.storage.compact();
  }
}

/** Fills the last page, too, and writes over whatever a cut has left. */
class FillsUp extends LoggingBoard {
  override hasRoom(need: number): boolean {
    return this.storage.stats().freeBytes >= need;
  }
}

function filesystemUpdate(change: (rig: FilesystemRig) => void): Scenario {
  const arduino = board("arduino-esp8266-4m1m");
  if (arduino.layout.kind !== "eboot") throw new Error("no eboot layout");
  const rig = new FilesystemRig(arduino, arduino.layout, true, 8192);
  change(rig);
  return {
    layout: "mutant",
    path: "filesystem",
    claim: "safe",
    what: "a staged filesystem with a defect",
    start: () => rig.provisioned(),
    act: (world) => actFilesystem(world, rig),
    recover: (world) => recoverFilesystem(world, rig),
  };
}

function firmwareUpdate(change: (rig: Esp32Rig) => void): Scenario {
  const esp32 = board("esp32-devkit");
  const chip = esp32Chip(esp32, "mutant");
  if (chip === undefined) throw new Error("no slots");
  const rig = new Esp32Rig(chip, "well", 6000);
  change(rig);
  return espruinoScenario("mutant", pathNamed("firmware"), rig, () => rig.provisioned());
}

describe("the prover finds nothing", () => {
  it.each([
    ["in an app update", appUpdate(EspruinoDevice)],
    ["in a staged filesystem", filesystemUpdate(() => undefined)],
    ["in a firmware update", firmwareUpdate(() => undefined)],
    ["in the first files of an application", logging("storage-first")],
    ["in the files of one that logs", logging("storage")],
  ])("%s as it is", (_, scenario) => {
    const result = prove(scenario);
    expect(result.examples).toEqual([]);
    expect(isClean(result)).toBe(true);
    expect(result.levels[0].cuts).toBe(result.operations * 10);
  });
});

describe("the prover catches", () => {
  it("the engine's own compaction", () => {
    expect(kinds(prove(logging("storage", Compacts)))).toContain("brick");
  });

  it("a header in the last page of Storage, which may be torn there", () => {
    expect(kinds(prove(logging("storage", FillsUp)))).toContain("brick");
  });

  it("a commit before the image, even where the loader checks every byte: what lay there before would run", () => {
    const result = prove(appUpdate(CommitsFirst));
    expect(kinds(result)).toEqual(["downgrade"]);
  });

  it("a commit before the image under a loader that trusts headers", () => {
    const result = prove(appUpdate(TrustsHeaders));
    expect(kinds(result)).toContain("unverified");
    expect(total(result, "unverified")).toBeGreaterThan(10);
  });

  it("an erase of what runs before the new one is staged", () => {
    const result = prove(appUpdate(ErasesFirst));
    expect(kinds(result)).toContain("lost");
  });

  it("otadata switched before the image is there", () => {
    const result = prove(
      firmwareUpdate((rig) => {
        rig.wrap = commitFirst;
      }),
    );
    expect(kinds(result)).toEqual(["stuck"]);
  });

  it("a copy that is ordered before the image is staged", () => {
    const scenario = filesystemUpdate((rig) => {
      rig.wrap = commitFirst;
    });
    expect(isClean(prove(scenario))).toBe(false);
  });

  it("a record that is believed without its CRC", () => {
    const scenario = filesystemUpdate((rig) => {
      // Of a record of 24 bytes nothing is checked: its CRC counts as right while it is still blank.
      rig.checksum = { crc32: (chunk) => (chunk.length === 24 ? 0xffffffff : nodeCrypto.crc32(chunk)) };
    });
    const result = prove(scenario);
    expect(kinds(result)).toContain("brick");
    expect(isClean(result)).toBe(false);
  });
});

it("a counter-example replays to the same harm from its one line", () => {
  const scenario = filesystemUpdate((rig) => {
    rig.wrap = commitFirst;
  });
  const result = prove(scenario, { seed: 7, depth: 3, operations: 6, states: 40 });
  expect(result.examples.length).toBeGreaterThan(0);
  for (const example of result.examples) {
    const id = parseReplayId(example.id);
    if (id === undefined) throw new Error(`not an id: ${example.id}`);
    const lines: string[] = [];
    const findings = replay(scenario, id, (line) => lines.push(line));
    expect(findings).toContainEqual({ kind: example.kind, text: example.text });
    if (id.cuts.length > 0) expect(lines.join("\n")).toContain("power lost");
  }
});
