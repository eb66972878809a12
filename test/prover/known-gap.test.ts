import { describe, expect, it } from "vitest";
import { findBoard } from "../../boards/index.js";
import { imageHeadLength, judgeHead } from "../../src/core/image/judge.js";
import { walkSegments } from "../../src/core/image/segments.js";
import type { Target } from "../../src/core/update/target.js";
import { nodeImageTools } from "../../src/image/judge-file.js";
import { makeEsp32 } from "../../src/prover/images.js";
import { type Esp32Chip, Esp32Rig, esp32Chip } from "../../src/prover/paths/esp32.js";
import { recover, updateToNext } from "../../src/prover/rig.js";
import { targetWith } from "./support.js";

function gapChip(): Esp32Chip {
  const board = findBoard("esp32-devkit");
  const chip = board === undefined ? undefined : esp32Chip(board, "gap");
  if (chip === undefined) throw new Error("no board");
  return chip;
}

const chip = gapChip();
const { target } = chip;
const damaged = makeEsp32({ chip: target.chip, version: "2.0.0", size: 3000, damaged: true });

/** Headers and segments only, as the agent on Espruino judges: a checksum over a megabyte would take it minutes. */
function judgesStructure(whole: Target): Target {
  const read = (offset: number, length: number): Uint8Array => damaged.subarray(offset, offset + length);
  const judged = judgeHead(nodeImageTools, read(0, imageHeadLength), damaged.length, target);
  const { header } = judged;
  if (header === undefined) throw new Error("no header");
  const source = { size: damaged.length, read };
  const end = walkSegments(nodeImageTools, source, header, header.length, header.segmentCount, []);
  const fault = typeof end === "number" ? judged.fault : end;
  return targetWith(whole, { verify: () => fault });
}

/** A firmware file that was damaged before anybody hashed it arrives whole, and the next one is sent after it. */
function sendDamaged(wrap: (whole: Target) => Target): {
  refused: boolean;
  findings: string[];
  runningTouched: boolean;
} {
  const rig = new Esp32Rig(chip, "throws", 3000);
  rig.images.set("next", damaged);
  rig.wrap = wrap;
  const world = rig.provisioned();
  const factory = Buffer.from(world.flash.read(0x10000, 4096));
  const refused = updateToNext(world, rig).length > 0;
  const findings = recover(world, rig).map((one) => one.kind);
  return { refused, findings, runningTouched: !factory.equals(Buffer.from(world.flash.read(0x10000, 4096))) };
}

describe("an image whose own hash is wrong, with the right MD5", () => {
  it("is refused before the switch by a board that judges all of it", () => {
    expect(sendDamaged((whole) => whole)).toEqual({ refused: true, findings: [], runningTouched: false });
  });

  // docs/power-cuts.md describes it, too. Closing the gap means inverting this test.
  it("is switched to by a board that judges the structure only, which then takes the running slot for the free one", () => {
    expect(sendDamaged(judgesStructure)).toEqual({
      refused: false,
      findings: ["stuck"],
      runningTouched: false,
    });
  });
});
