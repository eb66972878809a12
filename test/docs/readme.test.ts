import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { esp32Devkit } from "../../boards/esp32-devkit.js";
import { buildBundle } from "../../src/espruino/build/bundle.js";
import { packageRoot } from "../../src/node/package-root.js";

const root = packageRoot();
const readme = readFileSync(join(root, "README.md"), "utf8");

function pages(): string[] {
  const docs = readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" });
  return ["README.md", ...docs.filter((file) => file.endsWith(".md")).map((file) => join("docs", file))];
}

test("README's program is checked by TypeScript and builds", async () => {
  const [, program = ""] = /```ts\n([\s\S]*?)```/.exec(readme) ?? [];
  expect(program).toContain("ota.begin");
  const dev = mkdtempSync(join(root, "test/docs/readme-"));
  try {
    const entry = join(dev, "main.ts");
    writeFileSync(entry, program);
    writeFileSync(
      join(dev, "sluice.json"),
      JSON.stringify({ name: "shed", version: "1.0.0", entry: "main.ts", safePins: [], agent: "" }),
    );
    const config = ts.getParsedCommandLineOfConfigFile(join(root, "tsconfig.device.json"), undefined, {
      ...ts.sys,
      onUnRecoverableConfigFileDiagnostic: () => {},
    });
    const checked = ts.createProgram(
      [entry, join(root, "src/espruino/device/espruino.d.ts")],
      config?.options ?? {},
    );
    const faults = ts.getPreEmitDiagnostics(checked, checked.getSourceFile(entry));
    expect(faults.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, "\n"))).toEqual([]);
    const { header } = await buildBundle({ dev, board: esp32Devkit });
    expect(header.name).toBe("shed");
  } finally {
    rmSync(dev, { recursive: true });
  }
});

test.each(pages())("every link of %s leads to a file of the package", (page) => {
  const { files } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as { files: string[] };
  const shipped = [...files, "README.md", "CHANGELOG.md", "LICENSE"];
  for (const [, link = ""] of readFileSync(join(root, page), "utf8").matchAll(
    /\]\(([^)#\s]+)(?:#[^)]*)?\)/g,
  )) {
    if (/^https?:/.test(link)) continue;
    const file = relative(root, join(root, dirname(page), link));
    expect(existsSync(join(root, file)), `${page}: ${link}`).toBe(true);
    expect(shipped, `${page}: ${link}`).toContain(file.split(sep)[0]);
  }
});

test.each(pages())("every heading that a link of %s names is there", (page) => {
  for (const [, link = "", heading = ""] of readFileSync(join(root, page), "utf8").matchAll(
    /\]\(([^)#\s]*\.md)?#([^)]+)\)/g,
  )) {
    const text = readFileSync(link === "" ? join(root, page) : join(root, dirname(page), link), "utf8");
    const headings = [...text.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
      title
        .toLowerCase()
        .replace(/[^\w\- ]/g, "")
        .replaceAll(" ", "-"),
    );
    expect(headings, `${page}: ${link}#${heading}`).toContain(heading);
  }
});
