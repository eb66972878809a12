import { ota } from "sluice/espruino";

/** Valve 1 of devs/garden/wiring-esp8266.json, as small as an app with something to close can be. */
const drive = new Pin(5);
const closedSwitch = new Pin(12);

pinMode(closedSwitch, "input");
ota.begin({
  hostname: "water",
  safeState: [
    {
      name: "valve 1",
      deadlineMs: 5000,
      enter: () => digitalWrite(drive, 0),
      check: () => (digitalRead(closedSwitch) === 1 ? true : "closing valve 1"),
      leave: () => digitalWrite(drive, 0),
    },
  ],
});
