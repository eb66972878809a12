import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "./package-root.js";

/** Files whose names are spoken outside of a bundle: the engine's API, the app's, what loader and agent exchange. */
const spoken = ["espruino.d.ts", "sluice.ts", "boot-info.ts", "config.ts"];

/** What the minifier is told: which members to shorten, and to what, the same in every bundle. */
export interface PrivateNames {
  readonly mangleProps: RegExp;
  readonly mangleCache: Record<string, string>;
}

let known: PrivateNames | undefined;

/**
 * Private members of the core's and the device's classes, for the minifier to shorten: long names cost flash on every
 * board. A name that is also spoken anywhere outside a bundle, or in an event, stays.
 */
export function privateNames(): PrivateNames {
  known ??= collect();
  return known;
}

function collect(): PrivateNames {
  const device = join(packageRoot(), "src/espruino/device");
  const sources = [...filesOf(join(packageRoot(), "src/core")), ...filesOf(device)].map((file) =>
    readFileSync(file, "utf8"),
  );
  const found = new Set<string>();
  for (const source of sources)
    for (const [, name] of source.matchAll(/\bprivate (?:readonly )?(\w+)/g)) if (name) found.add(name);
  const outside = spoken.map((file) => readFileSync(join(device, file), "utf8")).join("\n");
  const events = sources.flatMap((source) => source.match(/\{[^{}]*\bevent: [^}]*\}/g) ?? []).join("\n");
  const kept = new Set(`${outside}\n${events}`.match(/\w+/g));
  const names = [...found].filter((name) => !kept.has(name)).sort();
  return {
    mangleProps: new RegExp(`^(${names.join("|")})$`),
    mangleCache: Object.fromEntries(names.map((name, index) => [name, `_${index.toString(36)}`])),
  };
}

function filesOf(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}
