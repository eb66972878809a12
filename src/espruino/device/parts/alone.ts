import { AloneStep, type Errand, errandIdleMs, stepAlone } from "../../../core/update/errand.js";
import type { Part, PartTypes } from "../resident/parts.js";
import { newPull } from "../resident/pull.js";

declare const exports: { open: PartTypes[Part.Alone] };

/** Update mode at work. */
exports.open = (it, text, callBack) => {
  const alone = { hasBegun: text === "", until: it.now() + errandIdleMs };
  let errand: Errand = text === "" ? { options: {} } : JSON.parse(text);
  it.opts = errand.options;
  return (busy) => {
    const step = stepAlone(alone, it.now(), busy, it.port !== 0);
    if (step === AloneStep.End) it.quit("application");
    if (step !== AloneStep.Begin) return;
    const what = errand;
    errand = { options: {} };
    if (what.push !== undefined) callBack(what.push);
    else if (what.page !== undefined) {
      const run = it.open();
      run.begin(it.now(), what.page);
      run.park(it.now());
    } else if (what.pull !== undefined) {
      if (it.pull === undefined && what.pull !== "") newPull(it, JSON.parse(what.pull));
      if (it.pull !== undefined) it.pull.dueAt = it.now();
    }
  };
};
