import type { Board } from "../../../boards/index.js";
import { boardTarget } from "../../image/board-target.js";
import { boardPartitions } from "../../image/partition-tables.js";
import type { NorFlash } from "../nor-flash.js";
import type { ResetReason, RtcMemory } from "../rtc.js";
import { bootEboot } from "./eboot.js";
import { tableOffset } from "./esp32-partitions.js";
import { bootEsp32 } from "./esp32-second-stage.js";
import type { BootOutcome } from "./outcome.js";

export interface BootChip {
  readonly board: Board;
  readonly flash: NorFlash;
  readonly rtc: RtcMemory;
  /** "power-on" means that the RTC memory holds nothing any more, and it is made so. */
  readonly resetReason: ResetReason;
  /** A blank slot, or a chip without a partition table, stands for the virtual board's own firmware; default false. */
  readonly allowBlankFirmware?: boolean;
  /** Chip revision, major * 100 + minor; default: new enough for every image. */
  readonly revision?: number;
}

/**
 * Starts a chip from its reset as its boot loader does, up to the jump into an image: every erase and page program is
 * an operation of `flash`, so that a power cut can fall on any of them.
 * @throws PowerCut out of the operation it falls on
 */
export function bootChip(chip: BootChip): BootOutcome {
  const { board, flash, rtc } = chip;
  const allowBlankFirmware = chip.allowBlankFirmware ?? false;
  if (chip.resetReason === "power-on") rtc.losePower();
  const { layout } = board;
  const target = { ...boardTarget(board), revision: chip.revision ?? -1 };
  const virtual = { kind: "virtual", console: "", resets: 0 } as const;
  switch (layout.kind) {
    case "esp32":
      if (allowBlankFirmware && flash.isBlank(flash.base + tableOffset, flash.blockLength)) {
        // Nothing was flashed by cable: the virtual board runs as from the first slot of the board's own table.
        const first = boardPartitions(board).find(({ type }) => type === 0);
        return { ...virtual, slot: first?.name ?? "factory", offset: first?.offset ?? 0 };
      }
      return bootEsp32({ flash, target, allowBlankFirmware });
    case "eboot":
      return bootEboot({ flash, rtc, target, area: layout.area, allowBlankFirmware });
    case "store":
      return { ...virtual, slot: "engine", offset: 0 };
  }
}
