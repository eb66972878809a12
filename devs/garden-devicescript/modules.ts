import { ota } from "sluice/devicescript";
import { summer } from "../garden/programs/summer.js";
import { moduleHardware } from "./board/modules.js";
import { plant } from "./board/plant.js";
import { wiring } from "./wiring.js";

// The same garden with its valves, pump and switches on Jacdac modules instead of pins.
const garden = plant(moduleHardware(wiring.valves.length), wiring, summer);
await ota.begin({ safeState: garden.safeState, healthy: garden.healthy });
garden.run();
