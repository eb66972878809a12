import { esp32Devkit } from "../boards/esp32-devkit.js";
import type { Board } from "../boards/index.js";
import { espruinoPort } from "../src/espruino/build/board-constants.js";
import { boardOfEngine } from "../test/engines/espruino/engine-board.js";
import { EngineBench, type EngineRun } from "./engine.js";
import { type Row, ratioOf, table, whole } from "./table.js";

/** What a 'data' event brings at most on an ESP32. */
const chunk = 536;

/** Cost of an image byte on the interpreter: all of an update after the invitation, beside a hash in JavaScript. */
export async function deviceTable(engine: string): Promise<string> {
  const bench = new EngineBench(engine, withChipBlocks(boardOfEngine()));
  try {
    const own = async (run: EngineRun): Promise<number> =>
      (await bench.perByte(run)) - (await bench.perByte({ work: "feed", digest: "none", chunk: run.chunk }));
    const base = await own({ work: "digest", digest: "interpreted", chunk });
    const rows: Row[] = [];
    const add = (what: string, cost: number): void => {
      const measured = `${whole(cost)} ${bench.unit} a byte`;
      rows.push({ what, measured, ratio: cost === base ? undefined : ratioOf(cost, base) });
    };
    add("MD5 in JavaScript (`src/core/md5.ts`)", base);
    add("the whole path, MD5 in JavaScript", await own({ work: "path", digest: "interpreted", chunk }));
    if (bench.nativeMd5 !== undefined) {
      add("MD5 by native code (`engine-md5.ts`)", await own({ work: "digest", digest: "native", chunk }));
      add("**the whole path, MD5 by native code**", await own({ work: "path", digest: "native", chunk }));
    }
    add("the whole path without a hash", await own({ work: "path", digest: "none", chunk }));
    const bytes = table("An image byte on the real engine", "MD5 in JavaScript", rows);
    return `${bytes}\n${await signatureTable(bench, base)}`;
  } finally {
    bench.close();
  }
}

/** @param base cost of a byte of MD5 in JavaScript */
async function signatureTable(bench: EngineBench, base: number): Promise<string> {
  const cost = await bench.verification();
  const row = {
    what: "SLH-DSA-SHA2-128s (`src/core/bundle/slh-dsa.ts`)",
    measured: `${whole(cost)} ${bench.unit}`,
    ratio: ratioOf(cost, 1024 * base),
  };
  return table("Verifying a signature", "1 KB of MD5 in JavaScript", [row]);
}

/**
 * Blocks as an ESP32 has them, in flash and in memory; the engine's flash is blank where the bench writes, so none is
 * erased.
 */
function withChipBlocks(board: Board): Board {
  if (board.espruino === undefined) return board;
  const store = { agentBlocks: 8, appBlocks: 32 };
  const batch = espruinoPort(esp32Devkit).batch;
  return { ...board, blockLength: 4096, espruino: { ...board.espruino, store, batch } };
}
