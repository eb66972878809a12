import { ota } from "sluice/espruino";
import { plant } from "../../../devs/garden/espruino/plant.js";
import { summer } from "../../../devs/garden/programs/summer.js";
import wiring from "./wiring.json" with { type: "json" };

const garden = plant(wiring, summer);
ota.begin({ hostname: "garden", safeState: garden.safeState, healthy: garden.healthy });
garden.run();
