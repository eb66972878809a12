import { esp32Devkit } from "../../boards/esp32-devkit.js";
import type { Board } from "../../boards/index.js";
import { VirtualBoard, type VirtualBoardOptions } from "../../src/board/virtual-board.js";

/** A board whose `.boot0` is the given script, not yet powered. */
export function boardWith(
  script: string,
  options: Partial<VirtualBoardOptions> & { readonly board?: Board } = {},
): VirtualBoard {
  const board = new VirtualBoard({ board: esp32Devkit, ...options });
  board.storage.write(".boot0", Buffer.from(script, "latin1"));
  return board;
}

/** Waits for a line on the board's console. */
export async function printed(board: VirtualBoard, line: string | RegExp, timeoutMs = 10_000): Promise<void> {
  const fits = (text: string): boolean => (typeof line === "string" ? text === line : line.test(text));
  if (board.console.some(fits)) return;
  await board.waitFor((event) => event.event === "console" && fits(String(event["text"])), timeoutMs);
}

/** Our port for one of the board's, as soon as it is bound. */
export async function hostPort(board: VirtualBoard, protocol: "udp" | "tcp", port: number): Promise<number> {
  const event = await board.waitFor(
    (one) => one.event === "listening" && one["protocol"] === protocol && one["port"] === port,
    10_000,
    0,
  );
  return Number(event["hostPort"]);
}
