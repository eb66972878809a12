import { createHash } from "node:crypto";
import type { Board } from "../../../boards/index.js";
import {
  DataSubtype,
  type Partition,
  PartitionType,
  partitionTableOffset,
} from "../../core/flash/partition-table.js";
import type { ImageTarget } from "../../core/image/source.js";
import { SluiceError } from "../../errors/sluice-error.js";
import { appPartitions, boardTarget, tooLarge, whatFits } from "../../image/board-target.js";
import { judgeBytes } from "../../image/judge-file.js";
import { boardPartitions, encodePartitionTable } from "../../image/partition-tables.js";
import type { Firmware } from "./firmware-package.js";
import type { FlashPart } from "./job.js";

const modeCodes = { qio: 0, qout: 1, dio: 2, dout: 3 } as const;

export interface Esp32Options {
  /** Absent: the board has Espruino already, and keeps it. */
  readonly firmware?: Firmware | undefined;
  /** For a board that does not boot: table and otadata in any case, NVS never. */
  readonly recover?: boolean | undefined;
  /** Written by the Espruino that runs, which keeps its table. */
  readonly running?: boolean | undefined;
  /** Overrides the one that the boot loader was built with. */
  readonly flashMode?: keyof typeof modeCodes | undefined;
}

interface FoundParts {
  readonly before: readonly FlashPart[];
  /** Without which the board does not start. */
  readonly last: readonly FlashPart[];
  readonly notes: readonly string[];
}

/** Table, otadata, NVS, firmware and boot loader of an ESP32-family board. */
export function esp32Parts(board: Board, options: Esp32Options): FoundParts {
  const { layout } = board;
  if (layout.kind !== "esp32") throw new SluiceError("UNKNOWN_BOARD", `${board.id} has no partition table.`);
  const partitions = boardPartitions(board);
  // Espruino's own packages bring the others; ours must go along even when its firmware stays.
  const ownTable = layout.table.startsWith("sluice-") && !options.running;
  const { firmware, recover = false } = options;
  const notes: string[] = [];
  const before: FlashPart[] = [];
  const last: FlashPart[] = [];
  if (firmware !== undefined || ownTable || recover) {
    before.push({
      address: partitionTableOffset,
      bytes: encodePartitionTable(partitions),
      what: ownTable ? "partition table of Sluice, two slots" : "partition table",
    });
    before.push(...blanks(partitions, !recover));
  }
  const factory = appPartitions(board)[0];
  if (firmware === undefined) {
    notes.push("The Espruino on the board stays as it is: 2v26 or newer, started from the first slot.");
    if (ownTable && factory) {
      if (!recover) refuseTooLarge(board);
      notes.push(`Its firmware must not be larger than ${factory.size} bytes, the size of the first slot.`);
    }
  } else if (factory !== undefined) {
    const { app, bootLoader } = firmware;
    const target = boardTarget(board);
    const bootRoom = partitionTableOffset - layout.bootLoader;
    judgeFirmware("firmware", app, { ...target, room: factory.size }, whatFits(board, app.length));
    judgeFirmware("boot loader", bootLoader, { ...target, boot: "any", room: bootRoom });
    before.push({ address: factory.offset, bytes: app, what: "Espruino firmware" });
    const bytes = withFlashSettings(bootLoader, board, options.flashMode);
    last.push({ address: layout.bootLoader, bytes, what: "boot loader" });
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

/**
 * The boot loader with the board's flash settings in bytes 2 and 3 of its header, where the chip looks for them. The
 * builder's settings stand, except that a size smaller than the board's would stop the boot loader at its own partition
 * table. The SHA-256 at the end of the image covers its header too; the checksum does not.
 */
function withFlashSettings(
  bootLoader: Uint8Array,
  board: Board,
  mode: Esp32Options["flashMode"],
): Uint8Array {
  const image = Uint8Array.from(bootLoader);
  if (mode !== undefined) image[2] = modeCodes[mode];
  const size = Math.log2(board.flashSize / 0x100000);
  if (image[3] >> 4 < size) image[3] = (size << 4) | (image[3] & 15);
  if (image[23] !== 1 || Buffer.compare(image, bootLoader) === 0) return image;
  const end = image.length - 32;
  image.set(createHash("sha256").update(image.subarray(0, end)).digest(), end);
  return image;
}

/**
 * @param elsewhere what would have room, for the end of a sentence
 * @throws SluiceError with the fault's code: WRONG_BOARD, NOT_ENOUGH_SPACE, CORRUPT_IMAGE, …
 */
function judgeFirmware(what: string, bytes: Uint8Array, target: ImageTarget, elsewhere = ""): void {
  const { fault } = judgeBytes(bytes, target);
  if (fault === undefined) return;
  const room =
    fault.code === "NOT_ENOUGH_SPACE"
      ? `: ${bytes.length} bytes, there is room for ${target.room}${elsewhere && `; ${elsewhere}`}`
      : "";
  throw new SluiceError(fault.code, `The ${what} does not suit the board: ${fault.text}${room}.`);
}
