import { SluiceError } from "../../errors/sluice-error.js";

/** The first whose ESP32 builds keep Storage at 0x320000 (ChangeLog, 2v26). */
const oldest = { major: 2, minor: 26 };

/**
 * @param version e.g. "2v29" or "2v29.277"; undefined: the package does not say
 * @returns what the user should know
 * @throws SluiceError ESPRUINO_TOO_OLD
 */
export function judgeVersion(version: string | undefined): string[] {
  const found = /^(\d+)v(\d+)/.exec(version ?? "");
  const needed = `${oldest.major}v${oldest.minor}`;
  if (found === null) return [`The package does not say which Espruino it is; ${needed} or newer is needed.`];
  const [major, minor] = [Number(found[1]), Number(found[2])];
  if (major < oldest.major || (major === oldest.major && minor < oldest.minor))
    throw new SluiceError("ESPRUINO_TOO_OLD", `This is Espruino ${version}; ${needed} or newer is needed.`);
  return [];
}
