import { ota } from "sluice/espruino";

/** Only when the application allows it. */
ota.begin({ window: "never" });
E.on("test-arm", (ms: number) => ota.arm(ms));
