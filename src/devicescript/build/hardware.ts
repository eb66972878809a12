import type { Board, DeviceScriptPort } from "../../../boards/index.js";
import type { SafePin } from "../../core/app-header.js";
import { SluiceError } from "../../errors/sluice-error.js";

/** The board's DeviceScript facts. @throws SluiceError NO_DEVICESCRIPT_FIRMWARE where there are none */
export function deviceScriptPort(board: Board): DeviceScriptPort {
  if (board.devicescript === undefined)
    throw new SluiceError("NO_DEVICESCRIPT_FIRMWARE", `DeviceScript has no firmware for ${board.id}`);
  return board.devicescript;
}

/**
 * The statement that puts safe pin levels into the program's hardware configuration: the runtime applies them at boot
 * and before each start of a program, before any of its code runs.
 * @throws SluiceError BAD_MANIFEST for a pin that cannot be an output on this board
 */
export function hardwareStatement(board: Board, pins: readonly SafePin[]): string {
  const known = deviceScriptPort(board).outputPins;
  const levels = pins.map(({ pin, level }) => {
    if (!known.includes(pin))
      throw new SluiceError(
        "BAD_MANIFEST",
        `pin ${pin} cannot be a safe pin on ${board.id}; there are ${known.join(", ")}`,
      );
    return `P${pin}: ${level}`;
  });
  if (levels.length === 0) return "";
  return `import { configureHardware } from "@devicescript/servers";\nconfigureHardware({ sPin: { ${levels.join(", ")} } });\n`;
}
