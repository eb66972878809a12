import { existsSync } from "node:fs";
import { text } from "node:stream/consumers";
import type { Command } from "commander";
import type { ExplainSource } from "../espruino/build/explain.js";
import { readBytes, readText } from "../node/files.js";
import { plain } from "./terminal.js";

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
      const { explainTrace } = await import("../espruino/build/explain.js");
      const sources = await Promise.all(map.map(openMap));
      const lines = trace === undefined ? await text(process.stdin) : await readText(trace, unread(trace));
      const explained = explainTrace(lines, sources);
      process.stdout.write(plain(explained.endsWith("\n") ? explained : `${explained}\n`));
    });
}

async function openMap(file: string): Promise<ExplainSource> {
  const map = await readText(file, unread(file));
  const bundle = file.replace(/\.map$/, "");
  if (bundle === file || !existsSync(bundle)) return { map };
  const { decodeBundle } = await import("../espruino/build/encode-bundle.js");
  const { payload } = decodeBundle(await readBytes(bundle, unread(bundle)));
  return { map, code: Buffer.from(payload).toString("latin1") };
}

function unread(file: string): string {
  return `cannot read ${file}`;
}
