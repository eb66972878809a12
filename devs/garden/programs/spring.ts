import type { Program } from "../lib/program.js";

/** Version 1: once a day, one zone after the other. */
export const spring: Program = {
  name: "spring",
  waterings: [
    { zone: 1, seconds: 300 },
    { zone: 2, seconds: 300 },
    { zone: 3, seconds: 240 },
  ],
  rounds: 1,
  soakSeconds: 0,
  startMinutes: [6 * 60],
  everyMinutes: 24 * 60,
};
