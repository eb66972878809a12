import { ota } from "sluice/espruino";

ota.begin({});
const all = globalThis as unknown as Record<string, unknown>;
const broken = (): never => {
  throw new Error("overridden");
};
for (const name of ["setTimeout", "setInterval", "eval", "require"]) all[name] = broken;
(Array.prototype as unknown as Record<string, unknown>).push = broken;
