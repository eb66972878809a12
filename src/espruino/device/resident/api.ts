import { longestNote } from "../../../core/update/notes.js";
import { permitRules, readSettings } from "../settings.js";
import type { Ota } from "../sluice.js";
import { openPage } from "./listen.js";
import { load } from "./load.js";
import { newPull } from "./pull.js";
import { onTrial, optionsOf, Part, type Resident } from "./resident.js";

/**
 * Notes wear out two blocks of 4 KB, good for 100,000 erases each: ten years at one byte in 400 ms. So much is saved up
 * for a program that notes often for hours, and not at all for the rest of the day.
 */
const msPerByte = 400;
const mostCredit = 32768;
const noteOverhead = 8;
let credit = mostCredit;
let creditAt = 0;

/** By `StartReason`, core/update/boot.ts. */
const reasons = "unknown,power-on,restart,watchdog,brown-out,deep-sleep,usb";

/** `ota`, as applications import it from `sluice/espruino`. */
export function makeOta(it: Resident): Ota {
  return {
    begin: (options) => {
      if (it.opts !== undefined) return;
      const hash = options.passwordHash || "";
      for (let i = 0; i < hash.length; i++)
        if (hash.length !== 32 || "0123456789abcdef".indexOf(hash.charAt(i)) < 0)
          throw new Error(
            "passwordHash: the password's MD5, 32 lower-case hex digits, or no password matches",
          );
      it.opts = options;
      if (it.boot.app >= 0) permit(it);
      if (options.mdns === false) it.name = undefined;
    },
    remember: (text) => {
      if (typeof text !== "string") throw new Error("NOTE_NOT_TEXT: JSON.stringify makes text of an object");
      const notes = load(Part.Notes)();
      if (text === notes.recall()) return;
      const length = text.length;
      if (length > longestNote)
        throw new Error(`NOTE_TOO_LONG: ${length} characters, ${longestNote} at most`);
      const at = it.now();
      credit = Math.min(credit + (at - creditAt) / msPerByte, mostCredit);
      creditAt = at;
      if (credit < length) throw new Error("NOTE_TOO_OFTEN: flash would wear out within the board's life");
      credit -= length + noteOverhead;
      if (!notes.remember(text)) throw new Error("NOTE_NOT_KEPT: flash does not keep it");
    },
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
