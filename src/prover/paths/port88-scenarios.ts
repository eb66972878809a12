import type { Board, User12Layout } from "../../../boards/index.js";
import { StartReason } from "../../core/boot.js";
import type { StorePlace } from "../espruino-device.js";
import { recoverFirmware, settle, updateFirmware } from "../firmware-rig.js";
import { type Claim, Findings, type Scenario } from "../scenario.js";
import type { World } from "../world.js";
import { Port88Rig } from "./port88.js";

/** Bytes of the images: enough for two sectors, since every chunk of port 88 is two operations. */
const smallImage = 6000;

/** Firmware through Espruino's own updater, there and back; and home, which has flash operations of its own. */
export function port88Scenarios(
  board: Board,
  layout: User12Layout,
  place: StorePlace,
  rig = new Port88Rig(board, layout, place, smallImage),
): Scenario[] {
  const inPlace = new Port88Rig(board, layout, place, smallImage, "in-place");
  const scenario = (
    path: string,
    what: string,
    by: Port88Rig,
    claim: Claim,
    before: (world: World) => void,
  ): Scenario => ({
    layout: board.id,
    path,
    claim,
    what,
    start: () => {
      const world = by.provisioned();
      before(world);
      return world;
    },
    act: (world) => updateFirmware(world, by),
    recover: (world) => recoverFirmware(world, by),
  });
  return [
    scenario("port88", "from user1 to user2, with Storage", rig, layout.powerSafety, () => undefined),
    scenario(
      "port88-back",
      "from user2 to user1, with an app newer than user1's",
      rig,
      layout.powerSafety,
      (world) => away(world, rig),
    ),
    {
      ...scenario(
        "port88-home",
        "user1 carries home what is newer under user2",
        rig,
        layout.powerSafety,
        (world) => {
          away(world, rig);
          updateFirmware(world, rig);
        },
      ),
      act: (world) => {
        const findings = new Findings(world);
        settle(world, rig, findings);
        return findings.list;
      },
    },
    scenario("port88-in-place", "the SDK writes over its parameters", inPlace, "comparison", () => undefined),
    scenario("port88-in-place-back", "the same, from user2 to user1", inPlace, "comparison", (world) =>
      away(world, inPlace),
    ),
  ];
}

/** user2 runs, confirmed, and an app has come that user1's Storage does not have. */
function away(world: World, rig: Port88Rig): void {
  rig.send(world, "old");
  world.restart(StartReason.Restart);
  settle(world, rig, new Findings(world));
  rig.appUpdated(world);
  world.restart(StartReason.PowerOn);
}
