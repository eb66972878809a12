import { randomBytes } from "node:crypto";
import type { Random } from "../core/ports.js";

/** The core's `Random` by the system's generator. */
export const nodeRandom: Random = { hex: (count) => randomBytes(count).toString("hex") };
