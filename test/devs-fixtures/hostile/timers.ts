import { ota } from "sluice/espruino";

ota.begin({});
(clearInterval as () => void)();
(clearTimeout as () => void)();
