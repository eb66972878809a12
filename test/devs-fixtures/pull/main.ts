import { ota, type PullOptions } from "sluice/espruino";
import { valve, witness } from "../witness/witness.js";

witness([valve], () => undefined);

/** Polls when a test requests it, as an application would when its button is pressed, and reports the answer. */
E.on("ask", (options: PullOptions) => {
  ota.pull(options, (reply) => {
    const last = `${ota.getLastError()} ${ota.getLastErrorString()}`;
    E.emit("sluice", { event: "answer", reply: reply, last: last });
  });
});
