import { join } from "node:path";
import { buildBundle } from "../../../src/espruino/build/bundle.js";
import { decodeBundle } from "../../../src/espruino/build/encode-bundle.js";
import { packageRoot } from "../../../src/node/package-root.js";
import { remade } from "../../support/test-bundles.js";
import { board } from "./flash-file.js";

async function fixture(folder: string, manifest: string, version: string): Promise<Uint8Array> {
  const dev = join(packageRoot(), "test/devs-fixtures", folder);
  return (await buildBundle({ dev, manifest: join(dev, `${manifest}.json`), board, version })).bytes;
}

/** An application that only allows updates, with so many bytes of comment. */
export async function plain(version: string, comment = 0): Promise<Uint8Array> {
  const small = await fixture("plain", "sluice", version);
  if (comment === 0) return small;
  const code = Buffer.from(decodeBundle(small).payload).toString("latin1");
  return remade(small, {}, `${code}/*${"-".repeat(comment)}*/`);
}

/** One beside which no image fits. */
export const greedy = (): Promise<Uint8Array> => fixture("plain", "greedy", "1.0.0");

/** @param how manifest of test/devs-fixtures/broken */
export const broken = (how: string): Promise<Uint8Array> => fixture("broken", how, "9.0.0");
