import type { Command } from "commander";

export function addLayout(program: Command): void {
  program.command("layout");
}
