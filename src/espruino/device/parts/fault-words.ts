import { Part } from "../resident/parts.js";
import type { Resident } from "../resident/resident.js";

/** What `use` of the part was given (build/bundle-script.ts). */
declare const resident: Resident;

/** Stands for core/fault-words.ts in the parts of the agent (build/bundle-script.ts). */
export function faultWords(number: number, detail: string): string[] {
  return resident.load(Part.Words)(number, detail);
}
