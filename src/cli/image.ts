import type { Command } from "commander";
import { printResult } from "./terminal.js";

/** `sluice image FILE [--board B] [--json]`: what an image is and whether it is sound. Exit 1 when it is not. */
export function addImage(program: Command): void {
  program
    .command("image")
    .summary("say what an image is and whether it is sound")
    .description(
      "Say what an image is (firmware, gzip, app bundle, filesystem, bytecode, partition table) and whether it is sound. Exits with 1 when it is not, or does not fit the board.",
    )
    .argument("<file>", "the image")
    .option("--board <board>", "also say whether it suits this board, and where it would go")
    .option("--json", "print one JSON object")
    .addHelpText("after", "\nExample:\n  sluice image firmware.bin --board arduino-esp8266-4m1m\n")
    .action(async (file: string, options: ImageOptions) => {
      const { imageReport, printImageReport } = await import("../image/image-report.js");
      const report = imageReport(file, options.board);
      printResult(options.json, report, printImageReport(report));
      if (!report.sound || report.fits === false) process.exitCode = 1;
    });
}

interface ImageOptions {
  readonly board?: string;
  readonly json?: boolean;
}
