import type { Command } from "commander";

export function addExplain(program: Command): void {
  program
    .command("explain")
    .summary("find the TypeScript lines of a stack trace from a board")
    .description(
      "Put TypeScript files and lines into a stack trace that a board printed. With the bundle itself beside its map, as `sluice build` leaves it, functions get their names back and several maps (app and agent) can be told apart.",
    )
    .argument("[trace]", "file with the trace (else standard input)")
    .requiredOption("--map <file...>", "the map that `sluice build` wrote: garden.app.map")
    .addHelpText("after", "\nExample:\n  sluice explain trace.txt --map garden.app.map\n")
    .action(async (trace: string | undefined, { map }: { map: string[] }) => {
      const { runExplain } = await import("./explain-run.js");
      await runExplain(trace, map);
    });
}
