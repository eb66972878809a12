import type { Command } from "commander";

export function addEspota(program: Command): void {
  program.command("espota");
}
