/** Inlined: a variable would take memory. */
export const enum Tick {
  /** Time between two ticks, ms; taken for the truth when the wall clock has jumped. */
  Ms = 100,
  /** Longest time between two ticks that is believed, ms; more is the wall clock being set. */
  LongestMs = 5000,
}

let wall = 0;
let elapsed = 0;

/** Monotonic milliseconds out of a clock that may be set at any moment. Call at every tick. */
export function steadyMs(wallMs: number): number {
  const passed = wallMs - wall;
  wall = wallMs;
  elapsed += passed < 0 || passed > Tick.LongestMs ? Tick.Ms : passed;
  return elapsed;
}
