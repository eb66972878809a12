import type { Command } from "commander";
import { printResult } from "./terminal.js";

/** `sluice layout BOARD [--image FILE]`: the memory view. Exit 1 when the image does not fit. */
export function addLayout(program: Command): void {
  program
    .command("layout")
    .summary("draw what lies where in a board's flash")
    .description(
      "Draw what lies where in a board's flash, how much room the next firmware has, and where an image would go. Exits with 1 when the image does not fit.",
    )
    .argument("<board>", "the board, e.g. esp32-devkit or arduino-esp8266-4m1m")
    .option("--image <file>", "an image to find the place for")
    .option("--running <file>", "the sketch that runs now; without it one as large as the new one")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  sluice layout arduino-esp8266-4m1m --image sketch.bin\n")
    .action(async (boardId: string, options: LayoutVerbOptions) => {
      const { layoutReport, printLayoutReport } = await import("../image/layout-report.js");
      const report = layoutReport(boardId, options.image, options.running);
      printResult(options.json, report, printLayoutReport(report));
      if (report.error !== undefined) process.exitCode = 1;
    });
}

interface LayoutVerbOptions {
  readonly image?: string;
  readonly running?: string;
  readonly json?: boolean;
}
