import { ota } from "sluice/espruino";

/** Whoever is refused may come again within a minute, once. */
let asked = 0;
ota.begin({
  window: "never",
  onError: (fault) => {
    asked++;
    E.emit("sluice", { event: "hook", hook: "onError", text: fault.code });
    if (asked === 1) ota.arm(60000);
    if (asked === 2) ota.arm(0);
  },
});
