import { rename, rm, writeFile } from "node:fs/promises";
import type { SafePin } from "../core/bundle/header.js";
import { SluiceError } from "../errors/sluice-error.js";

export function pinsText(pins: readonly SafePin[]): string {
  return pins.map(({ pin, level }) => `${pin} ${level === 0 ? "low" : "high"}`).join(", ") || "none";
}

/** All of the file or nothing of it: a broken build never leaves half a bundle to be uploaded. */
export async function writeWhole(file: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, file);
  } catch (cause) {
    await rm(temporary, { force: true });
    throw new SluiceError(
      "FILE_NOT_WRITABLE",
      `cannot write ${file}: ${cause instanceof Error ? cause.message : cause}`,
      { cause },
    );
  }
}
