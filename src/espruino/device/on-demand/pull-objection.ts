import type { Announced } from "../../../core/pull/announced.js";
import { objection, type Taste } from "../../../core/pull/objection.js";

/** Why an image is not wanted, or "". */
export function judgeImage(what: { taste: Taste; now: number; image: Announced }): string {
  return objection(what.taste, what.now, what.image);
}
