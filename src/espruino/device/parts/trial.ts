import { errorText } from "../../../core/update/safe-state.js";
import { Trial } from "../../../core/update/trial.js";
import type { TrialPart } from "../resident/parts.js";
import type { Resident } from "../resident/resident.js";

declare const exports: { open: (it: Resident) => TrialPart };

exports.open = (it) => {
  // Counted from the start of the board: so it does not matter when this part was loaded.
  const trial = new Trial(0, true, it.boot.app >= 0);
  return {
    reason: () => trial.reason(),
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
