import type { Fault } from "../../core/errors.js";
import type { Config } from "./config.js";
import { openArming } from "./on-demand/arming.js";
import { permitNow } from "./on-demand/permit-now.js";
import type { OtaOptions } from "./sluice.js";

/** When this board may be updated. */
export interface BoardPermit {
  /** Why not now. */
  readonly refusal: () => Fault | undefined;
  /** @throws Error when `ms` is no time up to a day */
  readonly arm: (ms: number) => void;
}

/**
 * What provisioning says stands above what the application says; undefined: updates are allowed at any time.
 * @throws Error when the application's window or time zone cannot be read
 */
export function permitOf(
  config: Config,
  options: OtaOptions | undefined,
  now: () => number,
  tell: (event: object) => void,
): BoardPermit | undefined {
  const asked: OtaOptions = options === undefined ? {} : options;
  const window = config.window || asked.window || "";
  if (window === "" && asked.button === undefined) return undefined;
  if (BOARD_PERMIT) {
    const rules = {
      window: window,
      zone: config.zone || asked.timeZone || "",
      button: asked.button !== undefined,
    };
    const wrong = permitNow({ rules: rules, armed: true }).wrong;
    // An application is told at once; a board that was provisioned wrongly goes on, and says so to who wants to update.
    if (wrong !== "" && config.window === "") throw new Error(wrong);
    const arming = openArming({ button: asked.button, now: now, tell: tell });
    return {
      refusal: () => permitNow({ rules: rules, armed: arming.isArmed() }).refused,
      arm: arming.arm,
    };
  }
  // At the start there is nobody to tell; `sluice flash` gives no window to such a board.
  if (options !== undefined) throw new Error("this board's agent has no room for windows and buttons");
  return undefined;
}
