import { esp32Idf5 } from "../boards/esp32-devkit.js";
import type { Board, EspruinoPort } from "../boards/index.js";
import { linux } from "../boards/linux.js";
import { espruinoPort } from "../src/espruino/build/board-constants.js";

/**
 * The Linux board with a chip's facts: its blocks, pieces and slots, and its MD5 in ROM, where the engine answers at
 * those addresses. The engine's flash file is erased in pages of 1 KB, so that three of four KB of a block are not;
 * nothing is missed, as a write there replaces what it finds.
 */
function linuxLike(board: Board): Board {
  const port = espruinoPort(linux);
  const { variables, tcpChunk, batch, udpMax, romMd5, hashes, store } = espruinoPort(board);
  const espruino: EspruinoPort = {
    ...port,
    variables,
    tcpChunk,
    batch,
    udpMax,
    hashes,
    store,
    ...(romMd5 && { romMd5 }),
  };
  return { ...linux, blockLength: board.blockLength, espruino };
}

/** The builds with the fewest variables. */
export const likeEsp32 = linuxLike(esp32Idf5);
