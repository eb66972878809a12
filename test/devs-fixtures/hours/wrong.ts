import { ota } from "sluice/espruino";

ota.begin({ window: "office hours" });
