import { ota } from "sluice/espruino";

/** Weekday mornings in Berlin, or a minute after its button was held for a second; pin 2 lights. */
ota.begin({
  window: "Mo-Fr 10:00-12:00",
  timeZone: "CET-1CEST,M3.5.0,M10.5.0/3",
  button: { pin: 0, ms: 60000, holdMs: 1000, light: 2 },
  safeState: [
    {
      name: "boiler",
      deadlineMs: 2000,
      enter: () => {},
      check: () => true,
      leave: () => {},
    },
  ],
  onError: (fault) => E.emit("sluice", { event: "hook", hook: "onError", text: fault.code }),
});
