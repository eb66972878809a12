import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { linux } from "../../../boards/linux.js";
import { bundleScript } from "../../../src/espruino/build/bundle.js";
import { asScript } from "./dialect-cases.js";

/** Rules of which the build makes programs right, so that it refuses none of their cases. */
const rewritten =
  /^(default|rest|spread|destructuring|optional-chaining|assignment|exponent|static-block|bare-field|async|extends|escape|prototype|loop-closure|block-closure|order|computed-key|default-case|skipped-class)$/;

/** Cases of these rules that stay refused. */
const stays = /new \(class \{ \[k\]/;

/** Cases of other rules that come out right: what esbuild can know while it builds, it writes in. */
const known = /typeof 10n|`a\\\$\{b`|=> arguments\[0\]/;

/** Of a case in dialect-cases.ts: whether a build rewrites it, and does not refuse it. */
export function isRewritten([rule, body]: readonly [string, string]): boolean {
  return known.test(body) || (rewritten.test(rule) && !stays.test(body));
}

/** Writes a program's files. @returns their folder, which is a dev folder */
export function program(folder: string, files: Readonly<Record<string, string>>): string {
  const dev = mkdtempSync(join(folder, "dev-"));
  const entry = Object.keys(files)[0];
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(dev, name)), { recursive: true });
    writeFileSync(join(dev, name), text);
  }
  writeFileSync(join(dev, "sluice.json"), JSON.stringify({ name: "a", version: "1.0.0", entry }));
  return dev;
}

/** A case as an application that leaves its value in the global `result`. */
export async function builtCase(folder: string, body: string): Promise<string> {
  const dev = program(folder, { "main.js": `result = ${asScript(body)};` });
  return (await bundleScript({ entry: join(dev, "main.js"), kind: "app", board: linux })).code;
}
