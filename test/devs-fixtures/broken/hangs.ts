import { ota } from "sluice/espruino";

ota.begin({});
setTimeout(() => {
  let spins = 0;
  while (spins >= 0) spins = (spins + 1) % 1000;
}, 500);
