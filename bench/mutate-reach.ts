import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative, sep } from "node:path";
import ts from "typescript";

/** Tests of one stage; a mutant that survives them goes on to the next. */
export type Stages = readonly (readonly string[])[];

/** What builds the device's bundles when a test runs: through it a test reaches all of the core. */
const bundlers = ["src/espruino/build/bundle.ts"];

/** Which test files can notice a change of a file, by the imports in the sources. */
export class Reach {
  private readonly importers = new Map<string, Set<string>>();

  constructor(root: string) {
    for (const folder of ["src", "test", "boards"])
      for (const file of filesBelow(root, folder))
        for (const imported of importsOf(root, file)) {
          const known = this.importers.get(imported) ?? new Set();
          this.importers.set(imported, known.add(file));
        }
  }

  /**
   * First the tests that stand beside the file or import it themselves, then all of test/core that reach it, and those
   * elsewhere that import the file.
   * @param whole then also those that go the whole way: test/e2e, test/espruino
   */
  stages(file: string, whole: boolean): Stages {
    const far = this.distances([file]);
    const bundled = whole ? this.distances(bundlers) : new Map<string, number>();
    const mirror = posix.join("test/core", dirname(relative("src/core", file)));
    const isCore = (name: string) => name.startsWith("test/core/");
    const isWhole = (name: string) => /^test\/(e2e|espruino)\//.test(name);
    const isNear = (name: string) => isCore(name) && (far.get(name) === 1 || dirname(name) === mirror);
    const isClose = (name: string) => isCore(name) || (!isWhole(name) && far.get(name) === 1);
    const tests = [...new Set([...far.keys(), ...bundled.keys()])].filter(runsHere).sort();
    return [
      tests.filter(isNear),
      tests.filter((name) => !isNear(name) && isClose(name)),
      whole ? tests.filter(isWhole) : [],
    ].filter((stage) => stage.length > 0);
  }

  /** Files that import one of `targets`, directly (1) or through others. */
  private distances(targets: readonly string[]): Map<string, number> {
    const distances = new Map<string, number>();
    let border = [...targets];
    for (let distance = 1; border.length > 0; distance++) {
      const next: string[] = [];
      for (const target of border)
        for (const importer of this.importers.get(target) ?? []) {
          if (distances.has(importer)) continue;
          distances.set(importer, distance);
          next.push(importer);
        }
      border = next;
    }
    return distances;
  }
}

/** Not what needs an engine, a browser or root, and not what runs `dist`, which no mutant gets into. */
function runsHere(name: string): boolean {
  return name.endsWith(".test.ts") && !/^test\/(engines|netns|browser|cli)\//.test(name);
}

function filesBelow(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"));
}

/** The files that run when `file` is imported; what is imported for its types does not. */
function importsOf(root: string, file: string): string[] {
  const text = readFileSync(join(root, file), "utf8");
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022);
  const named = [...text.matchAll(/\bimport\("(\.[^"]+)"\)/g)].map((match) => match[1]);
  for (const statement of source.statements) {
    const isType = ts.isImportDeclaration(statement)
      ? statement.importClause?.isTypeOnly === true
      : !ts.isExportDeclaration(statement) || statement.isTypeOnly;
    if (isType || !(ts.isImportDeclaration(statement) || ts.isExportDeclaration(statement))) continue;
    const from = statement.moduleSpecifier;
    if (from !== undefined && ts.isStringLiteral(from) && from.text.startsWith(".")) named.push(from.text);
  }
  return named.map((name) => posix.join(dirname(file), name).replace(/\.js$/, ".ts"));
}
