import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of Sluice's package.json: device sources are built from there, from `src` and from `dist` alike. */
export function packageRoot(): string {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) {
    const parent = dirname(folder);
    if (parent === folder) throw new Error("sluice's package.json is missing");
    folder = parent;
  }
  return folder;
}

/** Sluice's package.json. */
export function packageManifest(): {
  readonly version: string;
  /** Ranges by name. */
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies: Readonly<Record<string, string>>;
} {
  return JSON.parse(readFileSync(join(packageRoot(), "package.json"), "utf8"));
}

/** The version of this package, which is the agent's version. */
export function packageVersion(): string {
  return packageManifest().version;
}
