import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { SluiceError } from "../errors/sluice-error.js";
import { packageManifest, packageRoot } from "./package-root.js";

/** Where Node would find a package for the files of a folder. */
export function packageFolder(name: string, from: string): string | undefined {
  const places = createRequire(join(from, "importer.js")).resolve.paths(name) ?? [];
  return places.map((place) => join(place, name)).find((folder) => existsSync(join(folder, "package.json")));
}

/**
 * Large packages that few need are not installed with Sluice; they are its optional peers. To be called before what imports one.
 * @param use the subject of the error: "Serial ports need"
 * @throws SluiceError PACKAGE_MISSING, with the command that installs it
 */
export function needPackage(name: string, use: string, root = packageRoot()): void {
  if (packageFolder(name, root) !== undefined) return;
  const version = packageManifest().peerDependencies[name].replace(/^\^/, "");
  throw new SluiceError(
    "PACKAGE_MISSING",
    `${use} npm's package ${name}, which is not installed: npm install ${name}@${version}`,
  );
}
