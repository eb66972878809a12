import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { packageRoot } from "../../src/node/package-root.js";

const core = join(packageRoot(), "src/core");

/** All TypeScript files of the core, relative to it, with `/`. */
export function coreFiles(): string[] {
  return readdirSync(core, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(core, join(entry.parentPath, entry.name)).split(sep).join("/"))
    .sort();
}

/**
 * A program that holds on to everything that runs and that the core exports, so that a compiler which leaves out what
 * is not used compiles all of it.
 * @param from where the core is for the program, e.g. "./core"
 * @param files those of the core's files that matter
 */
export function programOfCore(from: string, files = coreFiles()): string {
  const imports: string[] = [];
  const names: string[] = [];
  files.forEach((file, index) => {
    const exported = valuesOf(file);
    if (exported.length === 0) return;
    const renamed = exported.map((name) => `${name} as ${name}${index}`);
    imports.push(`import { ${renamed.join(", ")} } from "${from}/${file.replace(/ts$/, "js")}";`);
    names.push(...exported.map((name) => `${name}${index}`));
  });
  const kept = names.map((name) => `keep.push(${name});`);
  return [...imports, "const keep: unknown[] = [];", ...kept, ""].join("\n");
}

/** Exported functions, classes and constants; re-exports come with their own file. */
function valuesOf(file: string): string[] {
  const source = readFileSync(join(core, file), "utf8");
  const exported = /^export (?:abstract )?(?:function|class|const(?! enum)) (\w+)/gm;
  return Array.from(source.matchAll(exported), ([, name]) => name);
}
