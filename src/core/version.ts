import { decimal } from "./text.js";

/** The three numbers of a SemVer 2.0.0 version; what is not a number counts as 0. */
export function versionNumbers(version: string): number[] {
  const words = version.split("+")[0].split("-")[0].split(".");
  const numbers: number[] = [];
  for (let i = 0; i < 3; i++) numbers.push(i < words.length ? Math.max(0, decimal(words[i])) : 0);
  return numbers;
}

/** Whether `version` is older than `wanted` by SemVer 2.0.0; an empty `wanted` is never newer. */
export function olderThan(version: string, wanted: string): boolean {
  if (wanted.length === 0) return false;
  const have = versionNumbers(version);
  const need = versionNumbers(wanted);
  for (let i = 0; i < 3; i++) {
    if (have[i] < need[i]) return true;
    if (have[i] > need[i]) return false;
  }
  const pre = preRelease(version);
  const other = preRelease(wanted);
  if (pre.length === 0 || other.length === 0) return pre.length > other.length;
  for (let i = 0; i < pre.length && i < other.length; i++) {
    const one = decimal(pre[i]);
    const two = decimal(other[i]);
    // Numbers come before words.
    if (one >= 0 && two >= 0 ? one !== two : pre[i] !== other[i])
      return one >= 0 ? two < 0 || one < two : two < 0 && pre[i] < other[i];
  }
  return pre.length < other.length;
}

/** The identifiers of a pre-release; none of a release. */
function preRelease(version: string): string[] {
  const text = version.split("+")[0];
  const at = text.indexOf("-");
  return at < 0 ? [] : text.slice(at + 1).split(".");
}

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

/** True for the version text of an Espruino. */
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
