import { closeSync, fsyncSync, openSync, renameSync, writeSync } from "node:fs";
import { dirname } from "node:path";

/** Replaces a file so that after a power cut it is the old one or the new one; readable by its owner only. */
export function writeAtomically(file: string, bytes: Uint8Array | string): void {
  const unfinished = `${file}.new`;
  const opened = openSync(unfinished, "w", 0o600);
  try {
    let at = 0;
    const all = typeof bytes === "string" ? Buffer.from(bytes) : bytes;
    while (at < all.length) at += writeSync(opened, all, at);
    fsyncSync(opened);
  } finally {
    closeSync(opened);
  }
  renameSync(unfinished, file);
  if (process.platform === "win32") return;
  const folder = openSync(dirname(file), "r");
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}
