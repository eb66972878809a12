import type { Board, DeviceScriptPort } from "../../../boards/index.js";
import type { SafePin } from "../../core/bundle/header.js";
import { SluiceError } from "../../errors/sluice-error.js";

/** The board's DeviceScript facts. @throws SluiceError NO_DEVICESCRIPT_FIRMWARE where there are none */
export function deviceScriptPort(board: Board): DeviceScriptPort {
  if (board.devicescript === undefined)
    throw new SluiceError("NO_DEVICESCRIPT_FIRMWARE", `DeviceScript has no firmware for ${board.id}`);
  return board.devicescript;
}

/** What a program says to compiler and runtime about the pins. */
export interface Hardware {
  /** For the main file: puts the levels into the program's configuration. The compiler reads it, nothing runs. */
  readonly statement: string;
  readonly pins: readonly number[];
  readonly board: string;
  readonly programRoom: number;
}

/**
 * Safe pin levels as part of the program: the runtime applies them at boot and before each start of a program, before
 * any of its code runs.
 * @throws SluiceError BAD_MANIFEST for a pin that cannot be an output on this board
 */
export function hardwareOf(board: Board, pins: readonly SafePin[]): Hardware {
  const { outputPins: known, programRoom } = deviceScriptPort(board);
  const wrong = pins.find(({ pin }) => !known.includes(pin));
  if (wrong !== undefined)
    throw new SluiceError(
      "BAD_MANIFEST",
      `pin ${wrong.pin} cannot be a safe pin on ${board.id}; there are ${known.join(", ")}`,
    );
  const levels = pins.map(({ pin, level }) => `P${pin}: ${level}`).join(", ");
  const statement = `import { configureHardware } from "@devicescript/servers";\nconfigureHardware({ sPin: { ${levels} } });\n`;
  return {
    statement: levels === "" ? "" : statement,
    pins: pins.map(({ pin }) => pin),
    board: board.id,
    programRoom,
  };
}
