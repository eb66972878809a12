import { engineTooOld, isEngineVersion, oldestEngine } from "../../core/engine-version.js";
import { SluiceError } from "../../errors/sluice-error.js";

/**
 * @param version e.g. "2v29" or "2v29.277"; undefined: the package does not say
 * @returns what the user should know
 * @throws SluiceError ESPRUINO_TOO_OLD
 */
export function judgeVersion(version: string | undefined): string[] {
  if (version === undefined || !isEngineVersion(version))
    return [`The package does not say which Espruino it is; ${oldestEngine} or newer is needed.`];
  if (engineTooOld(version))
    throw new SluiceError(
      "ESPRUINO_TOO_OLD",
      `This is Espruino ${version}; ${oldestEngine} or newer is needed.`,
    );
  return [];
}
