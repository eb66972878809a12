import { load } from "./load.js";
import { Part } from "./parts.js";

/** Stands for core/fault-words.ts in the agent (build/bundle-script.ts). */
export function faultCode(number: number): string {
  return load(Part.Words)(number, "")[0];
}

export function faultText(number: number, detail: string): string {
  return load(Part.Words)(number, detail)[1];
}
