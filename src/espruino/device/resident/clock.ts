let last = getTime();
let total = 0;

/** Monotonic ms out of Espruino's wall clock, which jumps when an application sets the time. */
export function now(): number {
  const time = getTime();
  // A larger step is the clock being set, not time passing.
  const longestStepMs = 20000;
  const step = (time - last) * 1000;
  last = time;
  if (step > 0 && step < longestStepMs) total += step;
  return Math.floor(total);
}
