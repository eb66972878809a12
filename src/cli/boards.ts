import type { Command } from "commander";
import { columns, printResult } from "./terminal.js";

/** `sluice boards`: what `--board` takes. */
export function addBoards(program: Command): void {
  program
    .command("boards")
    .description("List the boards, as --board and sluice.json name them.")
    .option("--json", "print one JSON list")
    .addHelpText("after", "\nExample:\n  sluice boards\n")
    .action(async ({ json }: { readonly json?: true }) => {
      const { boards } = await import("../../boards/index.js");
      const rows = boards.map(({ id, title, chip, flashSize, espruino, devicescript }) => {
        const engine = espruino ? "Espruino" : devicescript ? "DeviceScript" : "Arduino";
        return { id, engine, chip, flashSize, title };
      });
      const table = rows.map((row) => [row.id, row.engine, `${row.flashSize / 0x100000} MB`, row.title]);
      printResult(json, rows, columns([["board", "firmware", "flash", "what it is"], ...table]));
    });
}
