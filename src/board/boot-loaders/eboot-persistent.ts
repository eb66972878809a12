import type { NorFlash } from "../nor-flash.js";
import { commandLength, EbootAction, type EbootCommand, readCommand } from "./eboot-command.js";
import { copiedLength, copyRaw, type SpiRom } from "./eboot-copy.js";

/*
 * A safer eboot that no board has in stock: the idea of esp8266/Arduino pull request 6538 (open since 2019), worked out
 * here only far enough to be proven. The command lies in a sector of flash that is taken from the end of the sketch
 * area; the copy is compared with what was staged; only then is the command cleared, by programming its magic and CRC
 * to zero, which needs no erase. A power cut at any moment leads to the same copy once more. Two more rules make that
 * true: eboot's own sector is never written, and a staged image that the copy would overwrite is not copied at all.
 *
 * The sector holds 32 commands of 128 bytes; the first one with a right CRC counts.
 */

const sectorLength = 4096;

/** The sector that the scheme takes: the last one of the sketch area. @param area bytes from 0 to the filesystem */
export function flashCommandSector(area: number): number {
  return area - sectorLength;
}

/** The copy command that counts, and the address of its 128 bytes. */
export function findFlashCommand(
  flash: NorFlash,
  sector: number,
): { readonly command: EbootCommand; readonly address: number } | undefined {
  const bytes = flash.frozenBlockAt(flash.base + sector);
  for (let at = 0; at < sectorLength; at += commandLength) {
    const command = readCommand(bytes.subarray(at, at + commandLength));
    if (command?.action === EbootAction.CopyRaw) return { command, address: sector + at };
  }
  return undefined;
}

/**
 * What the sketch does to order a copy: program a blank entry, or erase the sector first when none is left.
 * @param command the 128 bytes that the stock eboot finds in RTC memory
 */
export function writeFlashCommand(flash: NorFlash, sector: number, command: Uint8Array): void {
  let address = sector;
  while (address < sector + sectorLength && !flash.isBlank(flash.base + address, commandLength))
    address += commandLength;
  if (address === sector + sectorLength) {
    flash.eraseBlockAt(flash.base + sector);
    address = sector;
  }
  flash.program(flash.base + address, command);
}

/** Magic and CRC become zero: two programs, after the first of which the command does not count any more. */
function clearFlashCommand(flash: NorFlash, address: number): void {
  flash.program(flash.base + address, new Uint8Array(4));
  flash.program(flash.base + address + commandLength - 4, new Uint8Array(4));
}

/** Whether the copy can be begun again after a cut: source, destination and command sector must not touch. */
function isRepeatable(command: EbootCommand, sector: number, copied: number): boolean {
  const { source, destination, size } = command;
  const sourceEnd = source + Math.ceil(size / sectorLength) * sectorLength;
  const end = destination + Math.ceil(copied / sectorLength) * sectorLength;
  return (
    (end <= source || sourceEnd <= destination) && end <= sector && (sourceEnd <= sector || source > sector)
  );
}

export interface PersistentRun {
  readonly console: string;
  /** The copy did not come out right: the command stays, and the chip resets to try again. */
  readonly failed: boolean;
}

/**
 * Carries out the command in flash, if there is one. A command that cannot be carried out (overlapping areas, a staged
 * image that does not inflate) is cleared before anything is written.
 */
export function runPersistent(rom: SpiRom, sector: number): PersistentRun {
  const found = findFlashCommand(rom.flash, sector);
  if (found === undefined) return { console: "~", failed: false };
  const { command, address } = found;
  const readable =
    isRepeatable(command, sector, copiedLength(rom, command)) &&
    copyRaw(rom, command, "read", false).code === 0;
  if (!readable) {
    clearFlashCommand(rom.flash, address);
    return { console: "@no\n", failed: false };
  }
  const copied = copyRaw(rom, command, "write", false);
  let console = `@cp:${copied.console}${copied.code}\n`;
  if (copied.code !== 0) return { console, failed: true };
  const compared = copyRaw(rom, command, "verify", false);
  console += `cmp:${compared.code}\n`;
  if (compared.code !== 0) return { console, failed: true };
  clearFlashCommand(rom.flash, address);
  return { console, failed: false };
}
