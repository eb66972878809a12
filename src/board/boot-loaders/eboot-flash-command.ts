import {
  EbootAction,
  type EbootCommand,
  ebootCommandLength,
  makeEbootCommand,
  parseEbootCommand,
} from "../../core/flash/eboot-command.js";
import { nodeBytes } from "../../node/bytes.js";
import type { NorFlash } from "../nor-flash.js";

/**
 * A safer eboot that no board has in stock: the idea of esp8266/Arduino pull request 6538 (open since 2019), worked out
 * here only far enough to be proven. The command lies in a sector of flash that is taken from the end of the sketch
 * area; the copy is compared with what was staged; only then is the command cleared, by programming its magic and CRC
 * to zero, which needs no erase. A power cut at any moment leads to the same copy once more. Two more rules make that
 * true: eboot's own sector is never written, and a staged image that the copy would overwrite is not copied at all.
 *
 * The sector holds 32 commands of 128 bytes; the first one with a right CRC counts.
 */
export interface FlashCommand {
  readonly command: EbootCommand;
  /** Address of its 128 bytes. */
  readonly address: number;
}

const sectorLength = 4096;

/** The sector that the scheme takes: the last one of the sketch area. @param area bytes from 0 to the filesystem */
export function flashCommandSector(area: number): number {
  return area - sectorLength;
}

/** The copy command that counts, or undefined. */
export function findFlashCommand(flash: NorFlash, sector: number): FlashCommand | undefined {
  const bytes = flash.frozenBlockAt(flash.base + sector);
  for (let at = 0; at < sectorLength; at += ebootCommandLength) {
    // Blank or cleared entries need no CRC.
    if (bytes[at + 3] !== 0xeb) continue;
    const command = parseEbootCommand(nodeBytes, bytes.subarray(at, at + ebootCommandLength));
    if (command?.action === EbootAction.CopyRaw) return { command, address: sector + at };
  }
  return undefined;
}

/** Magic and CRC become zero: two programs, after the first of which the command does not count any more. */
export function clearFlashCommand(flash: NorFlash, address: number): void {
  flash.program(flash.base + address, new Uint8Array(4));
  flash.program(flash.base + address + ebootCommandLength - 4, new Uint8Array(4));
}

/** What the sketch does to order a copy: program a blank entry, or erase the sector first when none is left. */
export function writeFlashCommand(flash: NorFlash, sector: number, command: EbootCommand): void {
  let address = sector;
  while (address < sector + sectorLength && !flash.isBlank(flash.base + address, ebootCommandLength))
    address += ebootCommandLength;
  if (address === sector + sectorLength) {
    flash.eraseBlockAt(flash.base + sector);
    address = sector;
  }
  const made = makeEbootCommand(nodeBytes, command);
  if (made instanceof Uint8Array) flash.program(flash.base + address, made);
}

/** Whether the copy can be begun again after a cut: source, destination and command sector must not touch. */
export function isRepeatable(command: EbootCommand, sector: number, copied: number): boolean {
  const { source, destination, size } = command;
  const sourceEnd = source + Math.ceil(size / sectorLength) * sectorLength;
  const end = destination + Math.ceil(copied / sectorLength) * sectorLength;
  return (
    (end <= source || sourceEnd <= destination) && end <= sector && (sourceEnd <= sector || source > sector)
  );
}
