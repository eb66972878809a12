// `npm run build`: Babel, as src/espruino/build/rewrite/babel.ts names it, as one file with the licences of what is in it.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const outfile = "dist/src/espruino/build/rewrite/babel.js";
const { metafile } = await build({
  entryPoints: ["src/espruino/build/rewrite/babel.ts"],
  bundle: true,
  platform: "node",
  format: "esm",
  minify: true,
  legalComments: "none",
  // Babel asks for it only to explain an error of its own.
  external: ["@babel/preset-typescript"],
  banner: {
    js: "import{createRequire}from'node:module';const require=createRequire(import.meta.url);",
  },
  outfile,
  metafile: true,
});

const inPackage = /^.*node_modules\/(?:@[^/]+\/)?[^/]+/;
const folders = new Set(Object.keys(metafile.inputs).flatMap((file) => file.match(inPackage) ?? []));
const licences = [...folders].sort().map((folder) => {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  const text = file === undefined ? "" : readFileSync(join(folder, file), "utf8");
  return `${name} ${version} (${license})\n\n${text}`;
});
writeFileSync(outfile.replace(/\.js$/, ".licenses.txt"), licences.join(`\n${"-".repeat(80)}\n\n`));
