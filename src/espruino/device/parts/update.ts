import { FaultNumber, fault } from "../../../core/errors.js";
import { faultWords } from "../../../core/fault-words.js";
import { judgePolicy } from "../../../core/policy/policy.js";
import { errorText, SafeState, type SafeStep } from "../../../core/update/safe-state.js";
import { Trial } from "../../../core/update/trial.js";
import { Update, UpdatePhase } from "../../../core/update/update.js";
import { webPeer } from "../../../core/web/steps.js";
import { largestImage } from "../ports/flash.js";
import { onTrial, optionsOf, Part, type PartTypes, Room } from "../resident/resident.js";
import { pinStep } from "../safe-pins.js";
import { permitRules, trustsKeys } from "../settings.js";

/** The update that every way in makes, with its safe state and its targets. */
export const update: PartTypes[Part.Update] = (it) => {
  const boot = it.boot;
  const options = optionsOf(it);
  const steps: SafeStep[] = [];
  for (const step of options.safeState || []) steps[steps.length] = step;
  if (boot.safePins.length > 0) steps[steps.length] = pinStep(it);
  const safe = new SafeState();
  safe.steps = steps;
  const run = new Update({
    capacity: (command) => (command === 0 ? largestImage() : 0),
    receiver: (offer) => it.load(Part.Receive)(it, offer),
    canStay: () => {
      if (boot.app < 0) return true;
      let wanted: number = Room.Image + BOARD_BATCH / Room.BytesEach;
      if (trustsKeys()) wanted += Room.Signature;
      const from = run.offer === undefined ? "" : run.offer.from;
      if (from === "pull") wanted += Room.Pull;
      if (from === webPeer && (it.page === undefined || !it.page.isOpen())) wanted += Room.Page;
      return it.moved !== true && it.due === undefined && it.room(wanted);
    },
    safe: safe,
    policy: () => it.load(Part.Policy)(it),
    notify: (event) => {
      it.notify(event);
      if (event.event !== "committed") return;
      // What runs confirms nothing any more: the journal is about the new version, which has yet to start.
      it.done = true;
      if (it.arm !== undefined && it.until > 0) it.arm(0);
    },
  });
  run.hooks = options;
  return run;
};

/** Why no update may begin now, whatever it is; undefined: one may. */
export const policy: PartTypes[Part.Policy] = (it) => {
  if (it.gone) return fault(FaultNumber.OnTrial, "restarting, try again in 5 s");
  if (it.done || onTrial(it)) return fault(FaultNumber.OnTrial, "still on trial, try again in 5 s");
  // What has begun may end, whatever the clock shows meanwhile. And an agent alone waits to be rescued.
  if (it.boot.app < 0 || (it.run !== undefined && it.run.phase !== UpdatePhase.Idle)) return undefined;
  const rules = permitRules(it);
  return rules === undefined ? undefined : it.load(Part.Permit)(rules, it.until > it.now()).refused;
};

/** One look at the clock: loaded for every offer, and nothing of it stays in memory. */
export const permit: PartTypes[Part.Permit] = (rules, armed) => judgePolicy(rules, getTime(), armed);

export const trial: PartTypes[Part.Trial] = (it) => {
  const trial = new Trial(it.boot.app >= 0);
  return {
    reason: () => trial.reason,
    poll: (loaded) => {
      const options = it.opts;
      let health: true | string = loaded ? true : "the app was not loaded to its end";
      if (loaded && options !== undefined && options.healthy !== undefined) {
        try {
          health = options.healthy();
        } catch (error) {
          health = errorText(error);
        }
      }
      return trial.poll(it.now(), it.port !== 0, options !== undefined, health);
    },
  };
};

/** What a fault is called: fetched when there is one, instead of lying in every part that may make one. */
export const words: PartTypes[Part.Words] = faultWords;
