import { crc32 } from "node:zlib";
import type { NorFlash } from "../nor-flash.js";
import type { Esp32Partitions } from "./esp32-partitions.js";
import { readChip } from "./flash-view.js";

/** FACTORY_INDEX of bootloader_config.h; ota_0 and the slots above it count from 0. */
const factoryIndex = -1;

/** What otadata says, after the boot loader has advanced its states in flash. */
export interface OtaStart {
  /** Slot that is tried first. */
  readonly index: number;
  /** Whether starting an ota slot writes the first entry (ota_has_initial_contents). */
  readonly initial: boolean;
}

/** esp_ota_img_states_t, esp_flash_partitions.h. */
const State = { New: 0, PendingVerify: 1, Valid: 2, Invalid: 3, Aborted: 4 } as const;
const blank = 0xffffffff;
const entryLength = 32;
const sectorLength = 4096;

/** esp_ota_select_entry_t: u32 sequence, 20 bytes of label, u32 state, u32 CRC of the sequence alone. */
class Entry {
  constructor(
    readonly sector: number,
    readonly raw: Buffer,
  ) {}

  get sequence(): number {
    return this.raw.readUInt32LE(0);
  }

  get state(): number {
    return this.raw.readUInt32LE(24);
  }

  /** The rest of the entry stays as it was read, its CRC too, right or wrong. */
  set state(state: number) {
    this.raw.writeUInt32LE(state, 24);
  }

  /** bootloader_common_ota_select_crc: the register starts at 0. */
  get crcFits(): boolean {
    return this.raw.readUInt32LE(28) === crc32(this.raw.subarray(0, 4), 0xffffffff);
  }

  /** bootloader_common_ota_select_invalid */
  get invalid(): boolean {
    return this.sequence === blank || this.state === State.Invalid || this.state === State.Aborted;
  }

  /** bootloader_common_ota_select_valid */
  get valid(): boolean {
    return !this.invalid && this.crcFits;
  }

  get unwritten(): boolean {
    return this.sequence === blank || !this.crcFits;
  }
}

/** What the choice depends on. */
interface OtaFacts {
  readonly slots: number;
  readonly hasFactory: boolean;
  readonly entries: readonly Entry[];
  /** bootloader_common_select_otadata: the valid entry, of two the one with the higher sequence, then the first. */
  readonly active: Entry | undefined;
}

interface Choice {
  readonly when: (facts: OtaFacts) => boolean;
  readonly index: (facts: OtaFacts) => number;
  readonly initial?: (facts: OtaFacts) => boolean;
}

const nothingWritten = ({ slots, entries }: OtaFacts): boolean =>
  slots === 0 || entries.every(({ invalid }) => invalid);
const toFactory = (): number => factoryIndex;

/** bootloader_utility_get_selected_boot_partition; the first row that fits. */
const choices: readonly Choice[] = [
  { when: (facts) => nothingWritten(facts) && facts.hasFactory, index: toFactory },
  {
    when: nothingWritten,
    index: () => 0,
    initial: ({ entries }) => entries.every(({ unwritten }) => unwritten),
  },
  {
    // A sequence of 0 wraps, as it does in the original's unsigned arithmetic.
    when: ({ active }) => active !== undefined,
    index: ({ active, slots }) => (((active?.sequence ?? 0) - 1) >>> 0) % slots,
  },
  // Entries that are not invalid, but with wrong CRCs.
  { when: () => true, index: toFactory },
];

/**
 * Reads otadata, writes what rollback wants written, and chooses where to begin.
 * @param rollback CONFIG_BOOTLOADER_APP_ROLLBACK_ENABLE
 * @returns undefined when the otadata partition is too small to be used
 */
export function startByOtadata(
  flash: NorFlash,
  partitions: Esp32Partitions,
  rollback: boolean,
): OtaStart | undefined {
  const { otadata, factory, otaCount } = partitions;
  if (otadata === undefined || otadata.offset === 0) return { index: factoryIndex, initial: false };
  if (otadata.size < 2 * sectorLength) return undefined;
  const entries = [0, 1].map(
    (sector) => new Entry(sector, readChip(flash, otadata.offset + sector * sectorLength, entryLength)),
  );
  const advance = (entry: Entry, from: number, to: number): void => {
    if (!rollback || entry.state !== from) return;
    entry.state = to;
    writeEntry(flash, otadata.offset + entry.sector * sectorLength, entry.raw);
  };
  // A start that nobody confirmed, whatever the entry's CRC.
  for (const entry of entries) advance(entry, State.PendingVerify, State.Aborted);
  const [first, second] = entries.filter(({ valid }) => valid);
  const active = second !== undefined && second.sequence > first.sequence ? second : first;
  const facts = { slots: otaCount, hasFactory: (factory?.offset ?? 0) !== 0, entries, active };
  const choice = choices.find(({ when }) => when(facts)) ?? choices[0];
  if (active !== undefined && otaCount > 0) advance(active, State.New, State.PendingVerify);
  return { index: choice.index(facts), initial: choice.initial?.(facts) ?? false };
}

/** Writes the first entry for a slot that started without one (set_actual_ota_seq). */
export function writeFirstEntry(flash: NorFlash, partitions: Esp32Partitions, slot: number): void {
  if (partitions.otadata === undefined) return;
  const raw = Buffer.alloc(entryLength, 0xff);
  raw.writeUInt32LE(slot + 1, 0);
  raw.writeUInt32LE(State.Valid, 24);
  raw.writeUInt32LE(crc32(raw.subarray(0, 4), 0xffffffff), 28);
  writeEntry(flash, partitions.otadata.offset, raw);
}

/** Erases a whole sector for 32 bytes: between the two the entry is lost (write_otadata). */
function writeEntry(flash: NorFlash, address: number, raw: Uint8Array): void {
  flash.eraseBlockAt(address);
  flash.program(address, raw);
}
