import type { Health } from "../firmware-rig.js";
import { recoverFirmware, updateFirmware } from "../firmware-rig.js";
import { Findings, type Scenario } from "../scenario.js";
import type { Finding, World } from "../world.js";
import { type Esp32Chip, Esp32Rig } from "./esp32.js";

/** Bytes of a firmware that is cut exhaustively. */
const smallFirmware = 13_000;

/** Firmware paths of a layout with two slots or more. */
export function esp32Scenarios(chip: Esp32Chip, size = smallFirmware): Scenario[] {
  const scenario = (
    path: string,
    what: string,
    health: Health,
    before: (world: World, rig: Esp32Rig) => void,
    act: (world: World, rig: Esp32Rig) => Finding[],
    imageSize = size,
  ): Scenario => {
    const rig = new Esp32Rig(chip, health, imageSize);
    return {
      layout: chip.layout,
      path,
      claim: "safe",
      what,
      start: () => {
        const world = rig.provisioned();
        before(world, rig);
        return world;
      },
      act: (world) => act(world, rig),
      recover: (world) => recoverFirmware(world, rig),
    };
  };
  const nothing = (): void => undefined;
  const small = Math.min(size, 3000);
  return [
    scenario("firmware", "from the first slot to the second", "well", nothing, updateFirmware),
    scenario("firmware-back", "from the second slot to the next", "well", secondSlot, updateFirmware),
    scenario(
      "firmware-confirm",
      "first start of a new firmware until it is confirmed",
      "well",
      updateFirmware,
      recoverFirmware,
    ),
    scenario(
      "firmware-rollback",
      "a firmware fails at its first start; the old one returns; a good one is sent",
      "throws",
      updateFirmware,
      recoverFirmware,
      small,
    ),
    scenario(
      "firmware-hang",
      "a firmware hangs behind the loader until the watchdog has bitten three times",
      "hangs",
      updateFirmware,
      recoverFirmware,
      small,
    ),
    scenario(
      "firmware-back-rollback",
      "the same from the second slot",
      "throws",
      (world, rig) => {
        secondSlot(world, rig);
        updateFirmware(world, rig);
      },
      recoverFirmware,
      small,
    ),
  ];
}

/** The board has been updated once already: the same version again, so that it runs from the second slot. */
function secondSlot(world: World, rig: Esp32Rig): void {
  rig.send(world, "old");
  rig.boot(world);
  rig.run(world, "old", new Findings(world));
}
