import { ota } from "sluice/espruino";

const led = new Pin(2);
let on = false;

setInterval(() => {
  on = !on;
  digitalWrite(led, on);
}, 500);

ota.begin({});
