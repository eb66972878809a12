import type { ImageTarget } from "../../core/image/source.js";
import type { NorFlash } from "../nor-flash.js";
import type { RtcMemory } from "../rtc.js";
import { commandLength, EbootAction, readCommand } from "./eboot-command.js";
import { copyRaw, SpiRom } from "./eboot-copy.js";
import { runPersistent } from "./eboot-persistent.js";
import { type LoadRules, loadEsp8266 } from "./esp8266-image.js";
import { ContentMemo } from "./flash-view.js";
import { type BootOutcome, bootsNothing, type SlotVerdict, slotVerdict } from "./outcome.js";

export interface EbootBoot {
  readonly flash: NorFlash;
  /** The user's 512 bytes; eboot's command is the first 128 (0x60001200). */
  readonly rtc: RtcMemory;
  readonly target: ImageTarget;
  /** Bytes from 0 to the filesystem; a sketch ends before. */
  readonly area: number;
  /** Address of the command sector of the persistent variant (eboot-persistent.ts); absent: the stock eboot. */
  readonly commandSector?: number | undefined;
  readonly allowBlankFirmware: boolean;
}

/** One run of eboot: where it jumped, or why not. */
interface Pass {
  readonly console: string;
  readonly from: number;
  /** Bytes that were loaded, or why it did not jump. */
  readonly length: number | string;
  /** True when the next run finds something else than this one did. */
  readonly changed: boolean;
}

/** APP_START_OFFSET: eboot fills the first sector. */
const sketchOffset = 0x1000;

const loads = new ContentMemo<number | string>();
const verdicts = new ContentMemo<SlotVerdict>();

/** The ROM loads eboot itself from address 0, wants E9 and compares the checksum. */
const romRules: LoadRules = { loads: () => true, checksum: true, magic: true };
/** load_app_from_flash_raw: no magic, no checksum; code that runs from the cache stays where it is. */
const ebootRules: LoadRules = {
  loads: (address) =>
    address < 0x40000000 || (address >= 0x40100000 && address < 0x4010c000) || address >= 0x60000000,
  checksum: false,
  magic: false,
};
/** The word behind the sketch's headers: the file's length. */
const versionAddress = 0x1010;
/** The stock eboot comes to an end after two; the variant gives a flash that does not hold its data up after this. */
const maxResets = 4;

/**
 * Arduino's boot loader (esp8266/Arduino bootloaders/eboot/eboot.c), behind the ROM that loads it. What it starts it
 * does not look at; the verdict on it comes from outside.
 * @throws PowerCut out of the copy
 */
export function bootEboot(boot: EbootBoot): BootOutcome {
  const { flash, area, target } = boot;
  const rom = new SpiRom(flash);
  if (boot.allowBlankFirmware && flash.isBlank(flash.base, 2 * sketchOffset))
    return { kind: "virtual", console: "", resets: 0, slot: "sketch", offset: 0 };
  let console = "";
  for (let resets = 0; resets <= maxResets; resets++) {
    const eboot = load(flash, 0, romRules, "rom");
    if (typeof eboot === "string")
      return bootsNothing(console, resets, `the ROM finds no boot loader at 0 (${eboot})`);
    const pass = boot.commandSector === undefined ? runStock(boot, rom) : runVariant(rom, boot.commandSector);
    console += pass.console;
    if (typeof pass.length === "number")
      return {
        kind: "image",
        console,
        resets,
        slot: pass.from === 0 ? "sketch" : `sketch at 0x${pass.from.toString(16)}`,
        offset: pass.from,
        length: sketchOffset + pass.length,
        verdict: judge(flash, pass.from, area, target),
      };
    if (!pass.changed) return bootsNothing(console, resets, `the sketch does not load (${pass.length})`);
  }
  return bootsNothing(console, maxResets, "the copy never comes out right");
}

function runStock({ rtc }: EbootBoot, rom: SpiRom): Pass {
  const command = readCommand(rtc.read(0, commandLength));
  let console = versionLine(rom) + (command === undefined ? "~" : "@");
  let from: number | undefined = command === undefined ? 0 : undefined;
  if (command?.action === EbootAction.CopyRaw) {
    const { code, console: copied } = copyRaw(rom, command, "write");
    console += `cp:${copied}${code}\n`;
    if (code === 0) from = command.destination;
  } else if (command?.action === EbootAction.LoadApp) from = command.source;
  if (command !== undefined) {
    // eboot_command_clear: magic and CRC become zero, whatever came of it.
    rtc.write(0, new Uint8Array(4));
    rtc.write(commandLength - 4, new Uint8Array(4));
  }
  return finish(rom, console, from, command !== undefined);
}

function runVariant(rom: SpiRom, sector: number): Pass {
  const run = runPersistent(rom, sector);
  return finish(rom, versionLine(rom) + run.console, run.failed ? undefined : 0, run.failed);
}

function finish(rom: SpiRom, console: string, from: number | undefined, changed: boolean): Pass {
  if (from === undefined) return { console, from: 0, length: "no copy", changed };
  const length = load(rom.flash, (from + sketchOffset) >>> 0, ebootRules, "eboot");
  const failure = typeof length === "string" && length.startsWith("e:") ? `${length}\n` : "";
  return { console: `${console}ld\n${failure}`, from, length, changed };
}

function load(flash: NorFlash, address: number, rules: LoadRules, what: string): number | string {
  if (address >= flash.size) return "e:1";
  return loads.get(flash, what, address, flash.size - address, (source) => loadEsp8266(source, rules));
}

function judge(flash: NorFlash, from: number, area: number, target: ImageTarget): SlotVerdict {
  const end = from < area ? area : flash.size;
  const what = `${end - from} ${target.flashSize}`;
  return verdicts.get(flash, what, from, end - from, (source) => slotVerdict(source, target));
}

function versionLine(rom: SpiRom): string {
  const value = rom.read(versionAddress, 4)?.readUInt32LE(0) ?? 0;
  return `v${value.toString(16).padStart(8, "0")}\n`;
}
