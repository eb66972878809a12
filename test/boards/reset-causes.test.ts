import { describe, expect, it } from "vitest";
import { boards, resetStates } from "../../boards/index.js";
import { StartReason } from "../../src/core/update/boot.js";
import { boardConstants } from "../../src/espruino/build/board-constants.js";
import { boardNamed } from "../support/test-bundles.js";

/** What the loader makes of a cause. */
function reasonOf(id: string, cause: number): number {
  const text = JSON.parse(boardConstants(boardNamed(id), "1.0.0").BOARD_RESET_CAUSES) as string;
  return cause < text.length ? Number(text[cause]) : StartReason.Unknown;
}

const all = Array.from({ length: 64 }, (_, cause) => cause);
const causesOf = (id: string, reason: StartReason): number[] =>
  all.filter((cause) => reasonOf(id, cause) === reason);

describe("reset causes, as the vendor numbers them", () => {
  it("of the ESP32 (rom/rtc.h)", () => {
    const of = (reason: StartReason) => causesOf("esp32-devkit", reason);
    expect(of(StartReason.PowerOn)).toEqual([1]);
    expect(of(StartReason.Restart)).toEqual([3, 12]);
    expect(of(StartReason.DeepSleep)).toEqual([5]);
    expect(of(StartReason.BrownOut)).toEqual([15]);
    expect(of(StartReason.Watchdog)).toEqual([4, 7, 8, 9, 11, 13, 16]);
    expect(of(StartReason.Usb)).toEqual([]);
  });

  it.each(["esp32c3-devkit", "esp32s3-devkit"])("of %s (soc/reset_reasons.h)", (id) => {
    const of = (reason: StartReason) => causesOf(id, reason);
    expect(of(StartReason.PowerOn)).toEqual([1]);
    expect(of(StartReason.Restart)).toEqual([3, 12]);
    expect(of(StartReason.DeepSleep)).toEqual([5]);
    expect(of(StartReason.BrownOut)).toEqual([15, 19, 23]);
    expect(of(StartReason.Watchdog)).toEqual([7, 8, 9, 11, 13, 16, 17, 18]);
    expect(of(StartReason.Usb)).toEqual([21, 22, 24]);
  });

  it("are known for every chip that runs Espruino", () => {
    for (const { id, chip, espruino } of boards)
      if (espruino !== undefined && chip !== "linux") expect(resetStates[chip], id).toBeDefined();
    expect(boardConstants(boardNamed("linux"), "1.0.0").BOARD_RESET_STATE).toBe("0");
  });
});
