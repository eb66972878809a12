import { ota } from "sluice/devicescript";
import { summer } from "../../../../devs/garden/programs/summer.js";
import { moduleHardware } from "../../../../devs/garden-devicescript/board/modules.js";
import { plant } from "../../../../devs/garden-devicescript/board/plant.js";
import { wiring } from "../../../../devs/garden-devicescript/wiring.js";

/** A garden that does not find itself well. */
const garden = plant(moduleHardware(wiring.valves.length), wiring, summer);
await ota.begin({ safeState: garden.safeState, healthy: () => "no water in the tank" });
garden.run();
