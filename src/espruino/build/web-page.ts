import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build, transform } from "esbuild";
import { packageRoot } from "../../node/package-root.js";

let made: Promise<string> | undefined;

/** The page of the web update as one self-contained ASCII text, small. Built once a process. */
export function webPage(): Promise<string> {
  made ??= makePage();
  return made;
}

/** As it lies in the agent's slot and travels to the browser: gzipped, one char a byte. */
export async function packedPage(): Promise<string> {
  return gzipSync(await webPage(), { level: 9 }).toString("latin1");
}

async function makePage(): Promise<string> {
  const folder = join(packageRoot(), "src/espruino/page");
  const markup = await readFile(join(folder, "page.html"), "utf8");
  const styles = await transform(await readFile(join(folder, "page.css"), "utf8"), {
    loader: "css",
    minify: true,
    charset: "ascii",
  });
  const { outputFiles } = await build({
    entryPoints: [join(folder, "page.ts")],
    bundle: true,
    write: false,
    minify: true,
    format: "iife",
    target: "es2017",
    charset: "ascii",
    legalComments: "none",
  });
  const page = squeezed(markup)
    .replace("<style></style>", () => `<style>${styles.code.trim()}</style>`)
    .replace("<script></script>", () => `<script>${outputFiles[0].text.trim()}</script>`);
  if (/[^\n -~]/.test(page)) throw new RangeError("the page must be plain ASCII: it is sent byte by byte");
  return page;
}

/** Indentation and line ends of markup mean nothing. */
function squeezed(markup: string): string {
  return markup
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line.length > 0)
    .join("\n")
    .replace(/>\n</g, "><");
}
