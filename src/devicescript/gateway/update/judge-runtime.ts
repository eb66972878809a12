import { UpdateRefused } from "./script.js";

/**
 * Whether a board's runtime loads a program (DeviceScript runtime/devicescript/verify.c): the same major version, a minor
 * one that is not newer.
 * @throws UpdateRefused WRONG_ENGINE
 */
export function judgeRuntime(program: Uint8Array, runtime: number): void {
  const built = program[8] | (program[9] << 8) | (program[10] << 16) | (program[11] << 24);
  const [major, minor] = [built >>> 24, (built >> 16) & 255];
  if (major === runtime >>> 24 && minor <= ((runtime >> 16) & 255)) return;
  throw new UpdateRefused(
    "WRONG_ENGINE",
    `the program is for DeviceScript ${versionText(built)}, the board has ${versionText(runtime)}`,
  );
}

function versionText(version: number): string {
  return `${version >>> 24}.${(version >> 16) & 255}.${version & 65535}`;
}
