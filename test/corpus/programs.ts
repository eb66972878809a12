import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/node/package-root.js";

/** Programs as people bring them: each a file, or a folder with a `main`. Its first line has its kind and what it is about. */
export interface CorpusProgram {
  readonly name: string;
  readonly entry: string;
  readonly kind: string;
  readonly about: string;
}

export function corpus(): CorpusProgram[] {
  const folder = join(packageRoot(), "test/corpus/programs");
  return readdirSync(folder)
    .filter((file) => !file.endsWith(".json"))
    .sort()
    .map((file) => {
      const path = join(folder, file);
      const isFolder = statSync(path).isDirectory();
      const main = isFolder ? readdirSync(path).find((one) => one.startsWith("main.")) : undefined;
      const entry = main === undefined ? path : join(path, main);
      const [, kind = "", about = ""] = /^\/\/ (\w+): (.*)/.exec(readFileSync(entry, "utf8")) ?? [];
      return { name: file.replace(/\.\w+$/, ""), entry, kind, about };
    });
}
