import { ota } from "sluice/espruino";

ota.begin({ hostname: "my-board" });
