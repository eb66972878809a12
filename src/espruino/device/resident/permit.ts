import { readSettings } from "../settings.js";
import { load } from "./load.js";
import { optionsOf, Part } from "./parts.js";
import { permitRules } from "./permit-rules.js";
import type { Resident } from "./resident.js";

/**
 * Gives the button its job, and `ota.arm`.
 * @throws Error when the application's window or time zone cannot be read
 */
export function permit(it: Resident): void {
  const options = optionsOf(it);
  const rules = permitRules(it);
  if (rules === undefined) return;
  const wrong = load(Part.Permit)(rules, true).wrong;
  if (wrong !== "" && !readSettings().window) throw new Error(wrong);
  it.arm = load(Part.Arming)(it, options.button);
}
