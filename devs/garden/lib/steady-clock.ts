/** Time between two ticks, ms; taken for the truth when the wall clock has jumped. */
export const tickMs = 100;
/** Longest time between two ticks that is believed, ms; more is the wall clock being set. */
const longest = 5000;

let wall = 0;
let elapsed = 0;

/** Monotonic milliseconds out of a clock that may be set at any moment. Call at every tick. */
export function steadyMs(wallMs: number): number {
  const passed = wallMs - wall;
  wall = wallMs;
  elapsed += passed < 0 || passed > longest ? tickMs : passed;
  return elapsed;
}
