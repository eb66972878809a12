import { ota } from "sluice/espruino";

ota.begin({ healthy: () => "no water pressure" });
