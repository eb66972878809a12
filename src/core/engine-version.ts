import { decimal } from "./text.js";

/** The first Espruino whose ESP32 builds keep Storage where Sluice looks for it (its ChangeLog, 2v26). */
export const oldestEngine = "2v26";
const oldestMajor = 2;
const oldestMinor = 26;

/** The two numbers of "2v29" or "2v29.277"; -1 each when it is no version of Espruino's. */
function numbersOf(version: string): number[] {
  const parts = version.split("v");
  if (parts.length !== 2) return [-1, -1];
  return [decimal(parts[0]), decimal(parts[1].split(".")[0])];
}

/** True for a text that says which Espruino it is. */
export function isEngineVersion(version: string): boolean {
  const numbers = numbersOf(version);
  return numbers[0] >= 0 && numbers[1] >= 0;
}

/** Whether Espruino `version` is older than Sluice needs; false for what is no version. */
export function engineTooOld(version: string): boolean {
  if (!isEngineVersion(version)) return false;
  const numbers = numbersOf(version);
  return numbers[0] < oldestMajor || (numbers[0] === oldestMajor && numbers[1] < oldestMinor);
}
