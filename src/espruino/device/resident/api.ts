import { permitRules, readSettings } from "../settings.js";
import type { Ota } from "../sluice.js";
import { openPage } from "./listen.js";
import { load } from "./load.js";
import { newPull } from "./pull.js";
import { onTrial, optionsOf, Part, type Resident } from "./resident.js";

/** By `StartReason`, core/update/boot.ts. */
const reasons = "unknown,power-on,restart,watchdog,brown-out,deep-sleep,usb";

/** `ota`, as applications import it from `sluice/espruino`. */
export function makeOta(it: Resident): Ota {
  return {
    begin: (options) => {
      if (it.opts !== undefined) return;
      it.opts = options;
      if (it.boot.app >= 0) permit(it);
      if (options.mdns === false) it.name = undefined;
    },
    remember: (text) => load(Part.Notes)().remember(text),
    recall: () => load(Part.Notes)().recall(),
    version: () => it.boot.appName,
    onTrial: () => it.boot.appTrial,
    busy: () => {
      const pull = it.pull;
      if (it.gone || it.run !== undefined || it.push !== undefined || onTrial(it)) return true;
      return pull !== undefined && (pull.job !== undefined || pull.news !== "");
    },
    startReason: () => {
      const boot = it.boot;
      if (boot.why === "update" || boot.why === "rollback") return boot.why;
      return reasons.split(",")[boot.reason];
    },
    getCommand: () => {
      const offer = it.run === undefined ? undefined : it.run.offer;
      return offer === undefined ? 0 : offer.command;
    },
    arm: (ms) => {
      if (it.arm === undefined) throw new Error("ota.arm: there is neither a window nor a button");
      it.arm(ms);
    },
    handle: (request, response) => {
      const path = `${request.url}`.split("?")[0];
      if (it.path === "" || (path !== it.path && path.slice(0, it.path.length + 1) !== `${it.path}/`))
        return false;
      openPage(it).accept(load(Part.HttpSocket)(request, response));
      return true;
    },
    updateCredentials: (user, password) => {
      if (user.length === 0 || password.length === 0) throw new Error("user and password must not be empty");
      it.user = [user, password];
    },
    pull: (options, done) => {
      const known = it.pull === undefined ? newPull(it, options) : it.pull;
      known.done = done;
      if (!known.fixed) known.options = options;
      known.dueAt = known.fixed || !options.everyMs ? it.now() : -2;
    },
    getLastError: () => (it.pull === undefined || it.pull.last === undefined ? 0 : it.pull.last.error),
    getLastErrorString: () => (it.pull === undefined || it.pull.last === undefined ? "" : it.pull.last.text),
  };
}

/**
 * Gives the button its job, and `ota.arm`.
 * @throws Error when the application's window or time zone cannot be read
 */
function permit(it: Resident): void {
  const options = optionsOf(it);
  const rules = permitRules(it);
  if (rules === undefined) return;
  const wrong = load(Part.Permit)(rules, true).wrong;
  if (wrong !== "" && !readSettings().window) throw new Error(wrong);
  it.arm = load(Part.Arming)(it, options.button);
}
