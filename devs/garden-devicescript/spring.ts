import { ota } from "sluice/devicescript";
import { spring } from "../garden/programs/spring.js";
import { pinHardware } from "./board/pins.js";
import { plant } from "./board/plant.js";
import { wiring } from "./wiring.js";

const garden = plant(pinHardware(wiring), wiring, spring);
await ota.begin({ safeState: garden.safeState, healthy: garden.healthy });
garden.run();
