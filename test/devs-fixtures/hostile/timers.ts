import { ota } from "sluice/espruino";

ota.begin({});
(clearInterval as () => void)();
(clearTimeout as () => void)();
for (let id = 0; id < 100; id++) {
  clearInterval(id);
  clearTimeout(id);
}
