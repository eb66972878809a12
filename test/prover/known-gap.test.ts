import { describe, expect, it } from "vitest";
import { findBoard } from "../../boards/index.js";
import { judgeWhole, type StoredJudge } from "../../src/core/firmware/firmware-target.js";
import { imageHeadLength, judgeHead } from "../../src/core/image/judge.js";
import { walkSegments } from "../../src/core/image/segments.js";
import { boardTarget } from "../../src/image/board-target.js";
import { boardPartitions } from "../../src/image/partition-tables.js";
import { storePlace } from "../../src/prover/espruino-device.js";
import { Esp32Rig } from "../../src/prover/paths/esp32.js";
import { recoverFirmware, updateFirmware } from "../../src/prover/rig.js";

/** Headers and segments only, as the agent on Espruino judges: a checksum over a megabyte would take it minutes. */
const judgeStructure: StoredJudge = (tools, source, target) => {
  const judged = judgeHead(tools, source.read(0, imageHeadLength), source.size, target);
  const { header } = judged;
  if (judged.fault !== undefined || header === undefined) return judged.fault;
  const end = walkSegments(tools, source, header, header.length, header.segmentCount, []);
  return typeof end === "number" ? undefined : end;
};

/** A firmware file that was damaged before anybody hashed it arrives whole, and the next one is sent after it. */
function sendDamaged(judge: StoredJudge): { refused: boolean; findings: string[]; runningTouched: boolean } {
  const board = findBoard("esp32-devkit");
  const place = board === undefined ? undefined : storePlace(board);
  if (board === undefined || place === undefined) throw new Error("no board");
  const chip = {
    layout: "gap",
    size: board.flashSize,
    place,
    target: boardTarget(board),
    partitions: boardPartitions(board),
  };
  const rig = new Esp32Rig(chip, "throws", 3000, judge, true);
  const world = rig.provisioned();
  const factory = Buffer.from(world.flash.read(0x10000, 4096));
  const refused = updateFirmware(world, rig).length > 0;
  const findings = recoverFirmware(world, rig).map((one) => one.kind);
  return { refused, findings, runningTouched: !factory.equals(Buffer.from(world.flash.read(0x10000, 4096))) };
}

describe("an image whose own hash is wrong, with the right MD5", () => {
  it("is refused before the switch by a board that judges all of it", () => {
    expect(sendDamaged(judgeWhole)).toEqual({ refused: true, findings: [], runningTouched: false });
  });

  // docs/power-cuts.md says so, too. Whoever closes the gap turns this test round.
  it("is switched to by a board that judges the structure only, which then takes the running slot for the free one", () => {
    expect(sendDamaged(judgeStructure)).toEqual({
      refused: false,
      findings: ["stuck"],
      runningTouched: false,
    });
  });
});
