import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  interface ProvidedContext {
    /** Folder in which test files leave built bundles for each other, for one run. */
    readonly bundleCache: string;
  }
}

/** vitest's global set-up: makes the folder; who first needs a bundle builds it (test-bundles.ts). */
export function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), "sluice-test-"));
  project.provide("bundleCache", folder);
  return () => rmSync(folder, { recursive: true, force: true });
}
