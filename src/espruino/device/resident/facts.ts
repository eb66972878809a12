import type { Resident } from "./resident.js";

export function slotName(it: Resident): string {
  return it.boot.app < 0 ? "-" : it.boot.app === 0 ? "a" : "b";
}

/** Whether anything that runs has yet to prove itself. */
export function onTrial(it: Resident): boolean {
  return it.boot.appTrial || it.boot.agentTrial || it.boot.fwTrial;
}
