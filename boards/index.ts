import type { Board } from "./board.js";
import { esp32Devkit } from "./esp32-devkit.js";
import { esp82664mb } from "./esp8266-4mb.js";
import { linux } from "./linux.js";

export type { Board, Chip, EspruinoPort } from "./board.js";
export { familyNumber } from "./board.js";

export const boards: readonly Board[] = [esp32Devkit, esp82664mb, linux];

export function findBoard(id: string): Board | undefined {
  return boards.find((board) => board.id === id);
}
