import { encode } from "@jridgewell/sourcemap-codec";
import { decodedMappings, TraceMap } from "@jridgewell/trace-mapping";
import { parse } from "acorn";
import type { Script } from "./bundle-script.js";
import { walk } from "./dialect/nodes.js";

/**
 * Writes line breaks inside of templates as `\n`, so that all code stands in one line. The board counts lines from the
 * start of its Storage file, where much else lies, so a line number from it says nothing; the column does.
 */
export function joinLines({ code, map }: Script): Script {
  const breaks: number[] = [];
  for (const node of walk(parse(code, { ecmaVersion: "latest" })))
    if (node.type === "TemplateElement")
      for (let at = code.indexOf("\n", node.start); at >= 0 && at < node.end; at = code.indexOf("\n", at + 1))
        breaks.push(at);
  if (breaks.length === 0) return { code, map };
  const traced = new TraceMap(map);
  const lines: (number[] & { 0: number })[][] = decodedMappings(traced).map((line) =>
    line.map((segment) => [...segment]),
  );
  const lengths = code.split("\n").map((line) => line.length);
  // From the last one on, each line is hung behind the one before, two columns for the `\n` between them.
  for (const at of breaks.sort((a, b) => b - a)) {
    const line = code.slice(0, at).split("\n").length - 1;
    const shift = lengths[line] + 2;
    for (const segment of lines[line + 1] ?? []) segment[0] += shift;
    lines.splice(line, 2, [...(lines[line] ?? []), ...(lines[line + 1] ?? [])]);
    lengths.splice(line, 2, shift + lengths[line + 1]);
  }
  const pieces = breaks.reduce((text, at) => `${text.slice(0, at)}\\n${text.slice(at + 1)}`, code);
  const mappings = encode(lines as Parameters<typeof encode>[0]);
  return { code: pieces, map: JSON.stringify({ ...JSON.parse(map), mappings }) };
}
