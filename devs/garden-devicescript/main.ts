import { ota } from "sluice/devicescript";
import { summer } from "../garden/programs/summer.js";
import { pinHardware } from "./board/pins.js";
import { plant } from "./board/plant.js";
import { wiring } from "./wiring.js";

const garden = plant(pinHardware(wiring), wiring, summer);
await ota.begin({ safeState: garden.safeState, healthy: garden.healthy });
garden.run();
