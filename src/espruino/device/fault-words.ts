import { Part, type Resident } from "./resident/resident.js";

/** In the agent its own module object, in a part what `use` was given (build/bundle-script.ts). */
declare const resident: Resident;

/** Replaces core/fault-words.ts in the agent and its parts: the table is a part of its own. */
export function faultWords(number: number, detail: string): string[] {
  return resident.load(Part.Words)(number, detail);
}
