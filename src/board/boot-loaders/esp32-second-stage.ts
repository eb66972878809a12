import type { ImageTarget } from "../../core/image/source.js";
import type { NorFlash } from "../nor-flash.js";
import { loadEsp32 } from "./esp32-image.js";
import { startByOtadata, writeFirstEntry } from "./esp32-otadata.js";
import {
  type Esp32Partitions,
  type PartitionSpan,
  readPartitions,
  tableLength,
  tableOffset,
} from "./esp32-partitions.js";
import { ContentMemo } from "./flash-view.js";
import { type BootOutcome, bootsNothing, type SlotVerdict, slotVerdict } from "./outcome.js";

export interface Esp32Boot {
  readonly flash: NorFlash;
  /** What an image has to suit. */
  readonly target: ImageTarget;
  /** A slot whose first block is blank starts as the virtual board's own firmware. */
  readonly allowBlankFirmware: boolean;
}

interface Looked {
  /** Bytes of the image, or why it does not start. */
  readonly length: number | string;
  readonly verdict: SlotVerdict;
}

const tables = new ContentMemo<Esp32Partitions | string>();
const images = new ContentMemo<Looked>();

/** A place that an image may start from. */
interface Candidate {
  readonly name: string;
  readonly span: PartitionSpan | undefined;
  /** Its number, when it is an ota slot. */
  readonly slot?: number;
}

/**
 * ESP-IDF's second-stage boot loader, v4.4 without secure boot, flash encryption, rollback and anti-rollback
 * (bootloader_utility.c, flash_partitions.c, esp_image_format.c). The ROM's look at the boot loader itself is left
 * out: nothing that Sluice does writes below 0x9000.
 * @throws PowerCut out of an otadata write
 */
export function bootEsp32(boot: Esp32Boot): BootOutcome {
  const { flash, allowBlankFirmware } = boot;
  const partitions = tables.get(flash, "table", tableOffset, tableLength, (table) =>
    readPartitions(table, flash.size),
  );
  if (typeof partitions === "string") return bootsNothing(`E (boot) ${partitions}\n`, 0, partitions);
  const start = startByOtadata(flash, partitions);
  if (start === undefined) return bootsNothing("", 0, "the otadata partition is smaller than two sectors");
  let console = "";
  for (const { name, span, slot } of candidates(partitions, start.index)) {
    if (span === undefined || span.size === 0) continue;
    const { offset } = span;
    const at = `0x${offset.toString(16)}`;
    const looked = lookAt(boot, span);
    const length = looked?.length ?? "flash read failed";
    if (looked !== undefined && typeof length === "number") {
      if (start.initial && slot !== undefined) writeFirstEntry(flash, partitions, slot);
      console += `I (boot) Loaded app from partition at offset ${at}\n`;
      return { kind: "image", console, resets: 0, slot: name, offset, length, verdict: looked.verdict };
    }
    if (looked && allowBlankFirmware && flash.isBlank(flash.base + offset, flash.blockLength))
      return { kind: "virtual", console, resets: 0, slot: name, offset };
    console += `E (esp_image) image at ${at}: ${length}\nE (boot) ${name} is not bootable\n`;
  }
  return bootsNothing(
    `${console}E (boot) No bootable app partitions in the partition table\n`,
    0,
    "no slot holds an image",
  );
}

/** bootloader_utility_load_boot_image: from the chosen slot down to factory, then up from it, then test. */
function candidates({ factory, test, ota, otaCount }: Esp32Partitions, start: number): Candidate[] {
  const slots = Array.from({ length: otaCount }, (_, slot): Candidate => {
    return { name: `ota_${slot}`, span: ota[slot], slot };
  });
  return [
    ...slots.slice(0, start + 1).reverse(),
    { name: "factory", span: factory },
    ...slots.slice(start + 1),
    { name: "test", span: test },
  ];
}

function lookAt({ flash, target }: Esp32Boot, { offset, size }: PartitionSpan): Looked | undefined {
  if (offset + size > flash.size) return undefined;
  const { chip, revision, flashSize } = target;
  const what = `${chip} ${revision} ${flashSize} ${size} ${offset % 0x10000}`;
  return images.get(flash, what, offset, flash.size - offset, (slot) => ({
    length: loadEsp32(slot, size, offset, chip, revision),
    verdict: slotVerdict({ size, read: slot.read }, target, offset),
  }));
}
