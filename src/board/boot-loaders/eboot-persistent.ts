import { copiedLength, copyRaw } from "./eboot-copy.js";
import { clearFlashCommand, findFlashCommand, isRepeatable } from "./eboot-flash-command.js";
import type { SpiRom } from "./spi-rom.js";

export interface PersistentRun {
  readonly console: string;
  /** The copy did not come out right: the command stays, and the chip resets to try again. */
  readonly failed: boolean;
}

/**
 * Carries out the command in flash, if there is one (eboot-flash-command.ts). A command that cannot be carried out
 * (overlapping areas, a staged image that does not inflate) is cleared before anything is written.
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
