import { ota } from "sluice/espruino";
import { plant } from "./espruino/plant.js";
import { spring } from "./programs/spring.js";
import wiring from "./wiring.json" with { type: "json" };

const garden = plant(wiring, spring);
ota.begin({ hostname: "garden", safeState: garden.safeState, healthy: garden.healthy });
garden.run();
