import { ota } from "sluice/espruino";

/** Only when the application says so. */
ota.begin({ window: "never" });
E.on("test-arm", (ms: number) => ota.arm(ms));
