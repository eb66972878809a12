import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** The inputs in the tree, and those that were found: one file an input, named by its hash. */
const folder = "fuzz/corpus";
const findings = "fuzz/findings";

/** @param root of the checkout */
export function corpusOf(
  root: string,
  target: string,
): { readonly name: string; readonly input: Uint8Array }[] {
  const path = join(root, folder, target);
  let names: string[] = [];
  try {
    names = readdirSync(path).sort();
  } catch {
    // None was kept yet.
  }
  return names.map((name) => ({ name, input: new Uint8Array(readFileSync(join(path, name))) }));
}

/** Replaces a target's inputs. */
export function keepCorpus(root: string, target: string, inputs: readonly Uint8Array[]): void {
  const path = join(root, folder, target);
  rmSync(path, { recursive: true, force: true });
  mkdirSync(path, { recursive: true });
  for (const input of inputs) writeFileSync(join(path, nameOf(input)), input);
}

/** @returns the file's path, relative to the checkout */
export function keepFinding(root: string, target: string, input: Uint8Array): string {
  mkdirSync(join(root, findings), { recursive: true });
  const file = `${findings}/${target}-${nameOf(input)}`;
  writeFileSync(join(root, file), input);
  return file;
}

function nameOf(input: Uint8Array): string {
  return createHash("sha256").update(input).digest("hex").slice(0, 12);
}
