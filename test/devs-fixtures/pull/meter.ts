import { ota } from "sluice/espruino";

/** Prints how many variables are in use, as the agent logs its events: before a pull, while it writes, after it. */
function tell(when: string): void {
  print(`sluice ${JSON.stringify({ event: "memory", when: when, usage: process.memory().usage })}`);
}

ota.begin({ onStart: () => tell("writing") });
setTimeout(() => tell("before"), 2000);
E.on("sluice", (told: { event: string }) => {
  if (told.event === "pull") setTimeout(() => tell("after"), 2000);
});
