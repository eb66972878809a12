import { describe, expect, it } from "vitest";
import { FlashFault } from "../../src/board/flash-fault.js";
import { apply, Journal, recordText } from "../../src/core/update/journal.js";
import { nodeBytes } from "../../src/node/bytes.js";
import { nodeCrypto } from "../../src/node/crypto.js";
import { EspruinoDevice, storePlace } from "../../src/prover/espruino-device.js";
import { type FaultResult, isFaultless, proveFaults } from "../../src/prover/faults.js";
import { espruinoPaths, espruinoScenario } from "../../src/prover/paths/espruino-paths.js";
import { StoreRig } from "../../src/prover/paths/store.js";
import { proveFaultRows } from "../../src/prover/run.js";
import { findingKinds, type World } from "../../src/prover/scenario.js";
import { esp32 } from "../support/test-bundles.js";

const place = storePlace(esp32);

/** Faults in an update of 2 KB, on a board whose parts may be broken. */
function provenWith(
  device: (world: World, of: NonNullable<typeof place>) => EspruinoDevice,
  name = "app",
): FaultResult {
  const path = espruinoPaths.find((one) => one.path === name);
  if (place === undefined || path === undefined) throw new Error("no Storage");
  const rig = new StoreRig(esp32, place, "app", "well", 2000);
  rig.device = (world) => device(world, place);
  return proveFaults(
    espruinoScenario("mutant", path, rig, () => rig.provisioned(3)),
    { seed: 1 },
  );
}

const kinds = ({ counts }: FaultResult): string[] => findingKinds.filter((kind) => counts[kind] > 0);

/** Writes its records as the core did before it read them back. */
class TrustingJournal extends Journal {
  constructor(private readonly device: EspruinoDevice) {
    super(nodeBytes, nodeCrypto, device.flash, device.place.layout.journal);
  }

  override append(record: number): boolean {
    try {
      this.device.flash.write(nodeBytes.fromText(recordText(record)), this.nextOffset(1));
    } catch {
      // Nobody hears of it.
    }
    apply(this.current(), record);
    return true;
  }
}

class Trusting extends EspruinoDevice {
  override readonly journal: Journal = new TrustingJournal(this);
}

/** Reads each header and each code once. */
class Hasty extends EspruinoDevice {
  constructor(world: World, of: NonNullable<typeof place>) {
    super(world, of);
    const { slots } = this;
    slots.isSound = (block, header) => {
      const at = block * of.layout.blockLength + 256;
      return nodeCrypto.crc32(this.flash.read(header.payloadLength, at)) === header.payloadCrc;
    };
  }
}

describe("flash that fails", () => {
  it("costs no board, no version and no true answer, on any path, in a seeded part", () => {
    const results = proveFaultRows({ seed: 1, quick: true });
    const ours = espruinoPaths.filter(({ cutIn }) => cutIn !== "files").map(({ path }) => path);
    expect(results.map(({ path }) => path).sort()).toEqual(ours.sort());
    expect(results.filter((one) => !isFaultless(one)).flatMap(({ examples }) => examples)).toEqual([]);
    expect(results.some(({ refused }) => refused > 0)).toBe(true);
  });

  it("costs nothing in all of an update", () => {
    const result = provenWith((world, of) => new EspruinoDevice(world, of));
    expect(result.examples).toEqual([]);
    expect(result.refused).toBeGreaterThan(50);
    expect(result.cuts).toBeGreaterThan(100);
  });

  it("turns the proof red where a record is not read back: the uploader's OK is not true", () => {
    expect(kinds(provenWith((world, of) => new Trusting(world, of)))).toContain("uninstalled");
  });

  it("turns it red where a read is not repeated", () => {
    expect(kinds(provenWith((world, of) => new Hasty(world, of), "confirm"))).toEqual([
      "downgrade",
      "uninstalled",
    ]);
  });
});

describe("a fault of the chip", () => {
  it("goes with a copy of it, and begins in each by itself", () => {
    if (place === undefined) throw new Error("no Storage");
    const rig = new StoreRig(esp32, place, "app", "well", 2000);
    const { flash } = rig.provisioned(3);
    flash.fault = new FlashFault({ kind: "dead-block", from: flash.operations });
    const copy = flash.fork();
    flash.program(0, Uint8Array.of(0));
    copy.program(4096, Uint8Array.of(0));
    expect([flash.read(0, 1)[0], copy.read(0, 1)[0], copy.read(4096, 1)[0]]).toEqual([255, 255, 255]);
    copy.program(0, Uint8Array.of(0));
    flash.program(4096, Uint8Array.of(0));
    expect([flash.read(0, 1)[0], flash.read(4096, 1)[0]]).toEqual([255, 0]);
    expect([copy.read(0, 1)[0], copy.read(4096, 1)[0]]).toEqual([0, 255]);
  });
});
