import { ota } from "sluice/espruino";
import { plant } from "./espruino/plant.js";
import { summer } from "./programs/summer.js";
import wiring from "./wiring-esp8266.json" with { type: "json" };

const garden = plant(wiring, summer);
ota.begin({ hostname: "garden", safeState: garden.safeState, healthy: garden.healthy });
garden.run();
