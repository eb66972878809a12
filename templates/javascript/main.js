import { ota } from "sluice/espruino";

// The LED of many ESP32 boards.
const led = 2;
let on = false;

setInterval(() => {
  on = !on;
  digitalWrite(led, on);
}, 500);

ota.begin({ hostname: "my-board" });
