import { concludePull } from "../pull-end.js";
import type { EndParts, PullVerdict } from "../pull-parts.js";

/** Stage three: what became of it, in words, and when to ask again. */
export function endPull(parts: EndParts): PullVerdict {
  return concludePull(parts);
}
