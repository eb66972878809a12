import { decimal } from "./text.js";

/** The three numbers of a SemVer 2.0.0 version; what is not a number counts as 0. */
export function versionNumbers(version: string): number[] {
  const numbers: number[] = [];
  let word = "";
  for (let i = 0; i <= version.length; i++) {
    const char = i < version.length ? version.charAt(i) : "-";
    if (char === "." || char === "-" || char === "+") {
      const value = decimal(word);
      numbers.push(value < 0 ? 0 : value);
      word = "";
      if (char !== ".") break;
    } else {
      word += char;
    }
  }
  while (numbers.length < 3) numbers.push(0);
  return numbers;
}

/** Whether `version` is older than `wanted` by major, minor and patch; an empty `wanted` is never newer. */
export function olderThan(version: string, wanted: string): boolean {
  if (wanted.length === 0) return false;
  const have = versionNumbers(version);
  const need = versionNumbers(wanted);
  for (let i = 0; i < 3; i++) {
    if (have[i] < need[i]) return true;
    if (have[i] > need[i]) return false;
  }
  return false;
}
