import type { Target } from "./target.js";
import { espotaTargets } from "./targets/espota.js";
import { hostTargets } from "./targets/host.js";
import { imageTargets } from "./targets/image.js";
import { mdnsTargets } from "./targets/mdns.js";
import { policyTargets } from "./targets/policy.js";
import { pullTargets } from "./targets/pull.js";
import { updateTargets } from "./targets/update.js";
import { webTargets } from "./targets/web.js";

/** All that bytes from outside, or from flash, come to. */
export const targets: readonly Target[] = [
  ...espotaTargets,
  ...webTargets,
  ...pullTargets,
  ...mdnsTargets,
  ...updateTargets,
  ...imageTargets,
  ...policyTargets,
  ...hostTargets,
];
