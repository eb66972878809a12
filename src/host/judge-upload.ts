import type { Board } from "../../boards/index.js";
import { SluiceError } from "../errors/sluice-error.js";
import { judgeForBoard } from "../image/judge-file.js";
import { placeImage } from "../image/placement.js";

/**
 * Refuses what has no place on the board over the air, before it is sent. Not on Arduino's layouts: how much room the
 * running sketch leaves, the board alone knows.
 * @throws SluiceError with the fault's code
 */
export function judgeUpload(image: Uint8Array, board: Board): void {
  if (board.layout.kind === "eboot") return;
  const judged = judgeForBoard(image, board);
  const wrong = judged.fault ?? placeImage(board, judged).fault;
  if (wrong !== undefined)
    throw new SluiceError(wrong.code, `${board.id} does not take this image: ${wrong.text}.`);
}
