import type { Command } from "commander";

export function addImage(program: Command): void {
  program.command("image");
}
