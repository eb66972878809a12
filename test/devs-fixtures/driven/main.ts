import { ota } from "sluice/espruino";

const relay = new Pin(2);
let on = false;

ota.begin({});
setInterval(() => {
  on = !on;
  digitalWrite(relay, on);
}, 500);
