import type { Command } from "commander";

export function addBoard(program: Command): void {
  program.command("board");
}
