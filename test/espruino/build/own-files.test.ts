import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { buildBundle } from "../../../src/espruino/build/bundle.js";
import { esp32 } from "../../support/test-bundles.js";

const folder = mkdtempSync(join(tmpdir(), "sluice-own-files-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Builds an application whose third line this is. */
async function build(line: string): Promise<string> {
  writeFileSync(
    join(folder, "sluice.json"),
    '{"name":"x","version":"1.0.0","entry":"main.ts","safePins":[]}',
  );
  writeFileSync(
    join(folder, "main.ts"),
    `import { ota } from "sluice/espruino";\nconst storage = require("Storage");\n${line}\nota.begin({});\n`,
  );
  const built = buildBundle({ dev: folder, board: esp32 });
  return built.then(
    () => "built",
    (error: Error & { code?: string }) => `${error.code} ${error.message}`,
  );
}

it.each([
  ['storage.write(".boot0", "x");', "write"],
  ['require("Storage").erase("sluice");', "erase"],
  ['storage.writeJSON("sluice.cfg", {});', "writeJSON"],
  ['setTimeout(() => storage.write(`C:.bootPowerOn`, "x"), 1);', "write"],
  ['storage.erase(".varimg");', "erase"],
  ['E.setBootCode("x");', "setBootCode"],
  ['const engine = E;\nengine.setBootCode("x", true);', "setBootCode"],
  ["save();", "save"],
])("refuses %s, with file and line", async (line, what) => {
  const said = await build(line);
  expect(said).toMatch(/^NOT_YOUR_FILE /);
  expect(said).toMatch(/main\.ts:[34]:\d+: `/);
  expect(said).toContain(what);
});

it.each([
  'storage.write("sluices", "x");',
  'storage.write("beds.json", ".boot0");',
  'storage.read(".boot0");',
  "storage.eraseAll();",
  'const socket = require("net").connect({ host: "a", port: 1 }, () => socket.write("sluice"));',
  'const save = () => storage.write("a", "b");\nsave();',
  'storage.open("sluice", "r");',
])("builds %s", async (line) => {
  expect(await build(line)).toBe("built");
});
