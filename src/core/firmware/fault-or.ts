import type { Fault } from "../errors.js";

/** Tells a fault from what there is when nothing is wrong. */
export function isFault(value: object): value is Fault {
  return (value as { code?: string }).code !== undefined;
}
