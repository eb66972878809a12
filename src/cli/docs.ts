import type { Command } from "commander";

export function addDocs(program: Command): void {
  program.command("docs");
}
