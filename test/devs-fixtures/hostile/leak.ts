import { ota } from "sluice/espruino";

ota.begin({ healthy: () => true });
const kept: string[] = [];
// Memory ends inside this interval, which the engine then removes.
setInterval(() => {
  for (;;) kept[kept.length] = "0123456789abcdefghijklmnopqrstuvwxyz";
}, 6000);
