import { existsSync } from "node:fs";
import { dirname, join, relative, resolve, sep } from "node:path";
import { SluiceError } from "../../errors/sluice-error.js";
import { readText } from "../../node/files.js";
import { packageFolder } from "../../node/optional-package.js";
import { packageRoot } from "../../node/package-root.js";

/** What `import … from "sluice/devicescript"` means. */
export const agentEntry = "src/devicescript/device/sluice.ts";

/** The sources of a program. */
export interface Sources {
  /** Absolute paths of the application's files, entry first. */
  readonly app: readonly string[];
  /** Absolute paths of Sluice's own files that it uses. */
  readonly sluice: readonly string[];
  /** Other npm packages with DeviceScript sources: name and folder. */
  readonly packages: ReadonlyMap<string, string>;
}

const specifier = /\b(?:import|export)\b[^;"']*?\bfrom\s*["']([^"']+)["']|\bimport\s*["']([^"']+)["']/g;

/**
 * Follows the imports of a program, those of types too, so that exactly these files can be compiled in a folder of
 * their own. Whatever cannot be followed is left to the compiler to complain about.
 * @throws SluiceError FILE_NOT_READABLE, BUILD_FAILED for a package that is not installed
 */
export async function programSources(entry: string, root = packageRoot()): Promise<Sources> {
  const app: string[] = [];
  const own: string[] = [];
  const packages = new Map<string, string>();
  const waiting = [resolve(entry)];
  const seen = new Set(waiting);
  for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
    const inside = relative(join(root, "src"), file);
    (inside.startsWith("..") ? app : own).push(file);
    const source = await readText(file, `cannot read ${file}`);
    refuseGone(source, file, root, packages);
    for (const [, from, effect] of source.matchAll(specifier)) {
      const next = locate(from ?? effect ?? "", file, root, packages);
      if (next === undefined || seen.has(next)) continue;
      seen.add(next);
      waiting.push(next);
    }
  }
  return { app, sluice: own, packages };
}

/** The compiler passes over an import for its effect alone when the file is not there. */
function refuseGone(source: string, file: string, root: string, packages: Map<string, string>): void {
  for (const [, wanted = ""] of source.matchAll(/^\s*import\s*["'](\.[^"']*)["']/gm))
    if (locate(wanted, file, root, packages) === undefined)
      throw new SluiceError("BUILD_FAILED", `${file} imports "${wanted}", which is not there`);
}

function locate(
  wanted: string,
  from: string,
  root: string,
  packages: Map<string, string>,
): string | undefined {
  if (wanted === "sluice/devicescript") return join(root, agentEntry);
  if (/^@(devicescript|dsboard)\//.test(wanted)) return undefined;
  if (!wanted.startsWith(".")) {
    const name = wanted.split("/", wanted.startsWith("@") ? 2 : 1).join("/");
    const folder = packageFolder(name, dirname(from));
    if (folder === undefined)
      throw new SluiceError("BUILD_FAILED", `${from} imports "${name}", which is not installed`);
    packages.set(name, folder);
    return undefined;
  }
  const path = resolve(dirname(from), wanted);
  return [path.replace(/\.js$/, ".ts"), path, `${path}.ts`, join(path, "index.ts")].find(
    (candidate) => candidate.endsWith(".ts") && existsSync(candidate),
  );
}

/** The deepest folder that all files lie in. */
export function commonFolder(files: readonly string[]): string {
  let folder = dirname(files[0] ?? sep);
  while (folder !== dirname(folder) && files.some((file) => relative(folder, file).startsWith(`..${sep}`)))
    folder = dirname(folder);
  return folder;
}
