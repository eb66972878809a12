/** How often an image is tried that the board does not become, and how long it then rests, ms: as the server does. */
const mostTries = 3;
const restMs = 86400000;

/** The image that went wrong last, so that a bad one does not close the valves at every poll. */
export interface Shunned {
  /** PullResult.image. */
  readonly image: string;
  readonly failures: number;
  /** When it went wrong last, ms. */
  readonly last: number;
}

export function shunAfter(before: Shunned | undefined, now: number, image: string): Shunned {
  const failures = before !== undefined && before.image === image ? before.failures + 1 : 1;
  return { image: image, failures: failures, last: now };
}

/** Why not to try `image` now, or "". */
export function shunReason(known: Shunned | undefined, now: number, image: string): string {
  if (known === undefined || image.length === 0 || image !== known.image) return "";
  return known.failures >= mostTries && now - known.last < restMs
    ? `this image went wrong ${mostTries} times`
    : "";
}
