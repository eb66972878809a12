import type { Program } from "../lib/program.js";

/** Version 2: dry soil takes little at once, so twice in short turns with a soak between, morning and evening. */
export const summer: Program = {
  name: "summer",
  waterings: [
    { zone: 3, seconds: 180 },
    { zone: 1, seconds: 240 },
    { zone: 2, seconds: 240 },
  ],
  rounds: 2,
  soakSeconds: 900,
  startMinutes: [5 * 60 + 30, 20 * 60 + 30],
  everyMinutes: 12 * 60,
};
