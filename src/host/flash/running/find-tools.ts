import { existsSync, realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { delimiter, dirname, join } from "node:path";
import { SluiceError } from "../../../errors/sluice-error.js";

/**
 * The command line of npm's package `espruino`. It is no dependency: with it would come Bluetooth and serial drivers that
 * are built on installation. Looked for in the user's project, beside this package, and on the PATH.
 * @throws SluiceError ESPRUINO_TOOLS_MISSING
 */
export function findTools(environment: NodeJS.ProcessEnv = process.env, folder = process.cwd()): string {
  for (const from of [join(folder, "x.js"), import.meta.url]) {
    try {
      return join(dirname(createRequire(from).resolve("espruino/package.json")), "bin/espruino-cli.js");
    } catch {
      // Not there.
    }
  }
  for (const place of (environment["PATH"] ?? "").split(delimiter)) {
    const file = join(place, "espruino");
    if (place === "" || !existsSync(file)) continue;
    const real = realpathSync(file);
    if (real.endsWith("espruino-cli.js")) return real;
  }
  throw new SluiceError("ESPRUINO_TOOLS_MISSING");
}
