import { StartReason } from "../../../core/update/boot.js";
import type { Ota } from "../sluice.js";
import { load } from "./load.js";
import { openPage } from "./page.js";
import { Part } from "./parts.js";
import { newPull } from "./pull.js";
import type { Resident } from "./resident.js";

/** `ota`, as applications import it from `sluice/espruino`. */
export function makeOta(it: Resident, begin: Ota["begin"]): Ota {
  return {
    begin: begin,
    remember: (text) => load(Part.Notes)().remember(text),
    recall: () => load(Part.Notes)().recall(),
    version: () => it.boot.appName,
    onTrial: () => it.boot.appTrial,
    startReason: () => {
      const boot = it.boot;
      if (boot.why === "update" || boot.why === "rollback") return boot.why;
      if (boot.reason === StartReason.PowerOn) return "power-on";
      if (boot.reason === StartReason.Restart) return "restart";
      return boot.reason === StartReason.Watchdog ? "watchdog" : "unknown";
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
