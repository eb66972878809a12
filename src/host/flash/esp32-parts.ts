import type { Board } from "../../../boards/index.js";
import {
  DataSubtype,
  type Partition,
  PartitionType,
  partitionTableOffset,
} from "../../core/flash/partition-table.js";
import { SluiceError } from "../../errors/sluice-error.js";
import { appPartitions, boardTarget, tooLarge, whatFits } from "../../image/board-target.js";
import { boardPartitions, encodePartitionTable } from "../../image/partition-tables.js";
import { setFlashSettings } from "./boot-header.js";
import { judgeFirmware } from "./judge-firmware.js";
import type { FlashPart, PlanOptions } from "./plan.js";

interface FoundParts {
  readonly before: readonly FlashPart[];
  /** Without which the board does not start. */
  readonly last: readonly FlashPart[];
  readonly notes: readonly string[];
}

/** Table, otadata, NVS, firmware and boot loader of an ESP32-family board. */
export function esp32Parts(board: Board, options: PlanOptions): FoundParts {
  const { layout } = board;
  if (layout.kind !== "esp32") throw new SluiceError("UNKNOWN_BOARD", `${board.id} has no partition table.`);
  const partitions = boardPartitions(board);
  // Espruino's own packages bring the others; ours must go along even when its firmware stays.
  const ownTable = layout.table.startsWith("sluice-") && !options.running;
  const notes: string[] = [];
  const before: FlashPart[] = [];
  const last: FlashPart[] = [];
  const recover = options.recover ?? false;
  if (options.firmware !== undefined || ownTable || recover) {
    before.push({
      address: partitionTableOffset,
      bytes: encodePartitionTable(partitions),
      what: ownTable ? "partition table of Sluice, two slots" : "partition table",
    });
    before.push(...blanks(partitions, !recover));
  }
  const factory = appPartitions(board)[0];
  if (options.firmware === undefined) {
    notes.push("The Espruino on the board stays as it is: 2v26 or newer, started from the first slot.");
    if (ownTable && factory) {
      if (!recover) refuseTooLarge(board);
      notes.push(`Its firmware must not be larger than ${factory.size} bytes, the size of the first slot.`);
    }
  } else if (factory !== undefined) {
    const { app, bootLoader } = options.firmware;
    const target = { ...boardTarget(board), room: factory.size };
    judgeFirmware("firmware", app, target, whatFits(board, app.length));
    judgeFirmware("boot loader", bootLoader, {
      ...boardTarget(board),
      room: partitionTableOffset - layout.bootLoader,
    });
    before.push({ address: factory.offset, bytes: app, what: "Espruino firmware" });
    last.push({
      address: layout.bootLoader,
      bytes: setFlashSettings(bootLoader, board, options.flashMode),
      what: "boot loader",
    });
  }
  return { before, last, notes };
}

/** The boot loader starts nothing that reaches beyond its slot, and what runs may be Espruino's own build. */
function refuseTooLarge(board: Board): void {
  const why = tooLarge(board);
  if (why !== undefined)
    throw new SluiceError("NOT_ENOUGH_SPACE", `Without --firmware the one on the board stays: ${why}.`);
}

/** otadata, so that the first slot runs; and NVS, where an old firmware may have turned its Wi-Fi off. */
function blanks(partitions: readonly Partition[], fresh: boolean): FlashPart[] {
  const kinds: Partial<Record<number, string>> = { [DataSubtype.Ota]: "otadata, blank: the first slot runs" };
  if (fresh) {
    kinds[DataSubtype.Nvs] = "NVS, blank";
    kinds[DataSubtype.Phy] = "phy_init, blank";
  }
  return partitions.flatMap(({ type, subtype, offset, size }) => {
    const what = type === PartitionType.Data ? kinds[subtype] : undefined;
    return what === undefined ? [] : [{ address: offset, bytes: new Uint8Array(size).fill(0xff), what }];
  });
}
