import { factorySlot } from "../../core/flash/ota-select.js";
import {
  type PartitionTable,
  parsePartitionTable,
  partitionTableLength,
  partitionTableOffset,
} from "../../core/flash/partition-table.js";
import type { ImageTarget } from "../../core/image/target.js";
import { nodeBytes } from "../../node/bytes.js";
import { nodeCrypto } from "../../node/crypto.js";
import type { NorFlash } from "../nor-flash.js";
import { isBlankBlock } from "./blank.js";
import { ContentMemo } from "./content-memo.js";
import { type Esp32Load, loadEsp32 } from "./esp32-image-load.js";
import { selectByOtadata, writeFirstEntry } from "./esp32-otadata.js";
import { type Esp32Slots, findSlots, type Region } from "./esp32-slots.js";
import type { BootOutcome, SlotVerdict } from "./outcome.js";
import { slotVerdict } from "./slot-verdict.js";

export interface Esp32Boot {
  readonly flash: NorFlash;
  /** What an image has to suit. */
  readonly target: ImageTarget;
  /** CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE. */
  readonly rollback: boolean;
  /** A slot whose first block is blank starts as the virtual board's own firmware. */
  readonly allowBlankFirmware: boolean;
}

interface Looked {
  readonly load: Esp32Load;
  readonly verdict: SlotVerdict;
}

const tables = new ContentMemo<PartitionTable>();
const images = new ContentMemo<Looked>();

/**
 * ESP-IDF's second-stage boot loader, v4.4 without secure boot, flash encryption and anti-rollback
 * (bootloader_utility.c, flash_partitions.c, esp_image_format.c). The ROM's look at the boot loader itself is left
 * out: nothing that Sluice does writes below 0x9000.
 * @throws PowerCut out of an otadata write
 */
export function bootEsp32(boot: Esp32Boot): BootOutcome {
  const { flash } = boot;
  const table = tables.get(
    flash,
    "table",
    flash.base + partitionTableOffset,
    partitionTableLength,
    (source) => parsePartitionTable(nodeBytes, nodeCrypto, source.read(0, partitionTableLength), flash.size),
  );
  if (table.fault !== undefined) return nothing(`E (boot) ${table.fault.text}\n`, table.fault.text);
  const slots = findSlots(table.partitions);
  const chosen = selectByOtadata(flash, slots, boot.rollback);
  if (chosen === undefined) return nothing("", "the otadata partition is smaller than two sectors");
  let console = "";
  for (const slot of chosen.order) {
    const region = regionOf(slots, slot);
    if (region === undefined || region.size === 0) continue;
    const outcome = tryRegion(boot, nameOf(slot), region, console, () => {
      if (chosen.initial && slot !== factorySlot) writeFirstEntry(flash, slots, slot);
    });
    if (typeof outcome !== "string") return outcome;
    console = outcome;
  }
  if (slots.test !== undefined && slots.test.size > 0) {
    const outcome = tryRegion(boot, "test", slots.test, console, () => undefined);
    if (typeof outcome !== "string") return outcome;
    console = outcome;
  }
  return nothing(
    `${console}E (boot) No bootable app partitions in the partition table\n`,
    "no slot holds an image",
  );
}

/** @returns the outcome, or the console so far when the slot does not start */
function tryRegion(
  boot: Esp32Boot,
  slot: string,
  region: Region,
  console: string,
  beforeStart: () => void,
): BootOutcome | string {
  const { flash } = boot;
  const looked = lookAt(boot, region);
  const error = looked === undefined ? "flash read failed" : looked.load.error;
  if (looked !== undefined && error === "") {
    beforeStart();
    return {
      kind: "image",
      loader: "esp32",
      console: `${console}I (boot) Loaded app from partition at offset 0x${region.offset.toString(16)}\n`,
      resets: 0,
      slot,
      offset: region.offset,
      length: looked.load.length,
      entry: looked.load.entry,
      verdict: looked.verdict,
    };
  }
  if (looked !== undefined && boot.allowBlankFirmware && isBlankBlock(flash, region.offset))
    return { kind: "virtual", loader: "esp32", console, resets: 0, slot, offset: region.offset };
  return `${console}E (esp_image) image at 0x${region.offset.toString(16)}: ${error}\nE (boot) ${slot} is not bootable\n`;
}

function lookAt(boot: Esp32Boot, region: Region): Looked | undefined {
  const { flash, target } = boot;
  const start = flash.base + region.offset;
  if (start + region.size > flash.end) return undefined;
  const what = `${target.chip} ${target.revision} ${target.flashSize} ${region.size} ${region.offset % 0x10000}`;
  return images.get(flash, what, start, flash.end - start, (source) => ({
    load: loadEsp32(source, region.size, region.offset, target.chip, target.revision),
    verdict: slotVerdict({ size: region.size, read: source.read }, { ...target, room: region.size }),
  }));
}

function regionOf(slots: Esp32Slots, slot: number): Region | undefined {
  return slot === factorySlot ? slots.factory : slots.ota[slot];
}

function nameOf(slot: number): string {
  return slot === factorySlot ? "factory" : `ota_${slot}`;
}

function nothing(console: string, reason: string): BootOutcome {
  return { kind: "nothing", loader: "esp32", console, resets: 0, reason: `${reason}, so it resets for ever` };
}
