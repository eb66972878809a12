import { readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import ts from "typescript";
import { type Mutation, mutationsOf } from "./mutate-points.js";

/** The core as the compiler knows it: where a mutation can be, and whether it still compiles. */
export class CoreProgram {
  /** From the root, with `/`. */
  readonly files: string[];
  private readonly service: ts.LanguageService;
  private readonly texts = new Map<string, string>();
  private mutated = { path: "", text: "", version: 0 };

  constructor(private readonly root: string) {
    const config = ts.readConfigFile(join(root, "tsconfig.device.json"), ts.sys.readFile);
    const parsed = ts.parseJsonConfigFileContent(
      { ...config.config, include: ["src/core/**/*.ts"] },
      ts.sys,
      root,
    );
    this.files = parsed.fileNames.map((path) => relative(root, path).split(sep).join("/")).sort();
    // An unused variable is a matter of style: such a mutant runs.
    const options = { ...parsed.options, noUnusedLocals: false, noUnusedParameters: false };
    this.service = ts.createLanguageService({
      getCompilationSettings: () => options,
      getScriptFileNames: () => parsed.fileNames,
      getScriptVersion: (path) => (path === this.mutated.path ? `m${this.mutated.version}` : "0"),
      getScriptSnapshot: (path) => ts.ScriptSnapshot.fromString(this.textAt(path)),
      getCurrentDirectory: () => root,
      getDefaultLibFileName: ts.getDefaultLibFilePath,
      fileExists: ts.sys.fileExists,
      readFile: ts.sys.readFile,
    });
  }

  /** A file's text without a mutation. */
  text(file: string): string {
    const path = join(this.root, file);
    const known = this.texts.get(path) ?? readFileSync(path, "utf8");
    this.texts.set(path, known);
    return known;
  }

  mutations(file: string): Mutation[] {
    const program = this.service.getProgram();
    const source = program?.getSourceFile(join(this.root, file));
    if (program === undefined || source === undefined) throw new Error(`${file} is not a file of the core`);
    return mutationsOf(source, file, program.getTypeChecker());
  }

  mutantOf({ file, start, end, text }: Mutation): string {
    const whole = this.text(file);
    return whole.slice(0, start) + text + whole.slice(end);
  }

  /** Whether the file compiles with the mutation. */
  compiles(mutation: Mutation): boolean {
    const path = join(this.root, mutation.file);
    this.mutated = { path, text: this.mutantOf(mutation), version: this.mutated.version + 1 };
    const wrong =
      this.service.getSyntacticDiagnostics(path).length + this.service.getSemanticDiagnostics(path).length;
    this.mutated = { path: "", text: "", version: this.mutated.version };
    return wrong === 0;
  }

  private textAt(path: string): string {
    if (path === this.mutated.path) return this.mutated.text;
    const known = this.texts.get(path) ?? readFileSync(path, "utf8");
    this.texts.set(path, known);
    return known;
  }
}
