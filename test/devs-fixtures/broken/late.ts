import { ota } from "sluice/espruino";

ota.begin({});
// Long after the trial, with water running.
setTimeout(() => digitalWrite(new Pin(26), 1), 10000);
setTimeout(() => {
  throw new Error("sensor bus is stuck");
}, 15000);
