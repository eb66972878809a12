import { ota } from "sluice/espruino";
import { drive } from "./drive.js";

const pump = new Pin(33);

ota.begin({
  safeState: [
    {
      name: "pump",
      deadlineMs: 1000,
      enter: () => digitalWrite(pump, 0),
      check: () => (digitalRead(pump) === 0 ? true : "stopping the pump"),
      leave: () => {},
    },
  ],
});
drive(500);
