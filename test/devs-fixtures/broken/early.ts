import { ota } from "sluice/espruino";

ota.begin({});
// Sooner than a trial can end well.
setTimeout(() => {
  throw new Error("sensor bus is stuck");
}, 1500);
