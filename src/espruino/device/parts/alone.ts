import { type Errand, errandIdleMs } from "../../../core/errand.js";
import type { Part, PartTypes } from "../resident/parts.js";
import { newPull } from "../resident/pull.js";

declare const exports: { open: PartTypes[Part.Alone] };

/** Update mode at work: goes on with the errand once the network stands; the application is next when nothing is left. */
exports.open = (it, text, callBack) => {
  let errand = text === "" ? undefined : (JSON.parse(text) as Errand);
  let until = it.now() + errandIdleMs;
  if (errand !== undefined) it.opts = errand.options;
  return (busy) => {
    const what = errand;
    if (busy) until = it.now() + errandIdleMs;
    else if (it.now() > until) it.quit("application");
    if (what === undefined || it.port === 0) return;
    errand = undefined;
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
