import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { SluiceError } from "../errors/sluice-error.js";
import { decodeBundle } from "../espruino/build/encode-bundle.js";
import { type ExplainSource, explainTrace } from "../espruino/build/explain.js";

/** Prints the trace with TypeScript places. @throws SluiceError FILE_NOT_READABLE, BAD_SOURCE_MAP, CORRUPT_BUNDLE */
export async function runExplain(trace: string | undefined, maps: readonly string[]): Promise<void> {
  const sources = await Promise.all(maps.map(openMap));
  const lines = trace === undefined ? await text(process.stdin) : (await read(trace)).toString("utf8");
  const explained = explainTrace(lines, sources);
  process.stdout.write(explained.endsWith("\n") ? explained : `${explained}\n`);
}

async function openMap(file: string): Promise<ExplainSource> {
  const map = (await read(file)).toString("utf8");
  const bundle = file.replace(/\.map$/, "");
  if (bundle === file || !existsSync(bundle)) return { map };
  const { payload } = decodeBundle(await read(bundle));
  return { map, code: Buffer.from(payload).toString("latin1") };
}

async function read(file: string): Promise<Buffer> {
  try {
    return await readFile(file);
  } catch (cause) {
    throw new SluiceError("FILE_NOT_READABLE", `cannot read ${file}`, { cause });
  }
}
