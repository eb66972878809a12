import { jacdacFrame } from "../wssk/messages.js";
import type { BoardContext } from "./context.js";
import { findManager } from "./orders.js";
import { LinkLost, type Script, UpdateRefused, waitFor } from "./script.js";

/** A wish for a new key. Answered when the board has been told; proved by its next connection. */
export interface Rotation {
  /** Makes the key, keeps it beside the old one, and says how the board is told. @throws */
  readonly connection: () => string;
  readonly told: () => void;
  readonly failed: (code: string, text: string) => void;
}

/**
 * Tells the board its next key through the connection that the old one protects. The runtime keeps it and connects again
 * at once. Only over a bus that is known to be the board's own: a command to everyone would carry the key to the wires.
 */
export function* rotate(board: BoardContext, rotation: Rotation): Script<void> {
  try {
    if (!(yield* findManager(board)))
      throw new UpdateRefused("NO_MANAGER", "the board does not carry its bus to the gateway: use a cable");
    board.send(jacdacFrame(board.manager.setConnection(rotation.connection())));
    yield* waitFor(board, board.limits.commandMs, () => undefined);
    throw new UpdateRefused("KEY_NOT_TAKEN", "the board did not take the new key; the old one stays good");
  } catch (error) {
    if (error instanceof LinkLost) rotation.told();
    else if (error instanceof UpdateRefused) return rotation.failed(error.code, error.text);
    throw error;
  }
}
