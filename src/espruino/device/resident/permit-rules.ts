import type { PermitRules } from "../../../core/policy/permit.js";
import { readSettings } from "../settings.js";
import { optionsOf } from "./parts.js";
import type { Resident } from "./resident.js";

/** What provisioning says stands above what the application says; undefined: updates are allowed at any time. */
export function permitRules(it: Resident): PermitRules | undefined {
  const settings = readSettings();
  const options = optionsOf(it);
  const window = settings.window || options.window || "";
  const button = options.button !== undefined;
  if (window === "" && !button) return undefined;
  return { window: window, zone: settings.zone || options.timeZone || "", button: button };
}
