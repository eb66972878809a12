import { relative, resolve } from "node:path";
import { originalPositionFor, TraceMap } from "@jridgewell/trace-mapping";
import { SluiceError } from "../../errors/sluice-error.js";
import type { Script } from "./bundle-script.js";
import { checkScript } from "./dialect.js";

/**
 * Refuses a script that Espruino cannot run, naming every place in the TypeScript sources.
 * @param folder what the map's sources are relative to
 * @throws SluiceError UNSUPPORTED_SYNTAX
 */
export function refuseDialect(script: Script, folder: string): void {
  const findings = checkScript(script.code);
  if (findings.length === 0) return;
  const map = new TraceMap(script.map);
  const lines = findings.map(({ what, instead, line, column }) => {
    const place = originalPositionFor(map, { line, column });
    const at =
      place.source === null
        ? `bundled code ${line}:${column + 1}`
        : `${relative(process.cwd(), resolve(folder, place.source))}:${place.line}:${place.column + 1}`;
    return `${at}: ${what}. Write instead: ${instead}`;
  });
  throw new SluiceError("UNSUPPORTED_SYNTAX", [...new Set(lines)].join("\n"));
}
