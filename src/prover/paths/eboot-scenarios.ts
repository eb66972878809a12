import type { Board, EbootLayout } from "../../../boards/index.js";
import { recoverFirmware, updateFirmware } from "../firmware-rig.js";
import type { Scenario } from "../scenario.js";
import { EbootRig, type EbootVariant } from "./eboot.js";

/** Bytes of a sketch that is cut exhaustively, eboot's sector included. */
export const smallSketch = 13_000;

/** Sketches: the stock eboot with its true number of failures, and the one that keeps its command in flash. */
export function ebootScenarios(board: Board, layout: EbootLayout, size = smallSketch): Scenario[] {
  const scenario = (path: string, what: string, variant: EbootVariant): Scenario => {
    const rig = new EbootRig(board, layout, variant, size);
    return {
      layout: board.id,
      path,
      claim: variant.persistent ? "safe" : layout.powerSafety,
      what,
      start: () => rig.provisioned(),
      // The copy belongs to the update: it is what the power is cut in.
      act: (world) => {
        const refused = updateFirmware(world, rig);
        if (refused.length === 0) rig.boot(world);
        return refused;
      },
      recover: (world) => recoverFirmware(world, rig),
    };
  };
  return [
    scenario("eboot", "stock eboot, raw sketch: staged, then copied", { persistent: false, gzip: false }),
    scenario("eboot-gzip", "stock eboot, gzip: staged, then inflated", { persistent: false, gzip: true }),
    scenario("eboot-flash", "command in flash, raw sketch", { persistent: true, gzip: false }),
    scenario("eboot-flash-gzip", "command in flash, gzip", { persistent: true, gzip: true }),
  ];
}
