import { AttemptLimiter, noAttempts } from "../../../core/attempts.js";
import { EspotaHandshake } from "../../../core/espota/handshake.js";
import { defaultTimes } from "../../../core/espota/times.js";
import type { Resident } from "../resident/resident.js";
import { authOf } from "./auth.js";

declare const exports: { open: (it: Resident) => EspotaHandshake };

/** Who is it, and does he know the password. */
exports.open = (it) => {
  if (it.bad === undefined) it.bad = noAttempts();
  return new EspotaHandshake(authOf(it), new AttemptLimiter(it.bad), defaultTimes.authMs, it.tell);
};
