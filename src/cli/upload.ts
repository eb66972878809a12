import type { Command } from "commander";

export function addUpload(program: Command): void {
  program.command("upload");
}
