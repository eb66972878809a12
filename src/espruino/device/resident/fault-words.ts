import { load } from "./load.js";
import { Part } from "./parts.js";

/** Stands for core/fault-words.ts in the agent (build/bundle-script.ts). */
export function faultWords(number: number, detail: string): string[] {
  return load(Part.Words)(number, detail);
}
