import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { esp32Devkit } from "../../../boards/esp32-devkit.js";
import { buildBundle } from "../../../src/espruino/build/bundle.js";

const dev = mkdtempSync(join(tmpdir(), "sluice-kind-"));
afterAll(() => rmSync(dev, { recursive: true }));

test("package.json's type changes nothing in the program", async () => {
  const program = {
    "sluice.json": '{"name":"shed","version":"1.0.0"}',
    "main.ts": 'import { ota } from "sluice/espruino";\nimport "./lamp";\nota.begin({});',
    // It imports and exports nothing: what npm calls CommonJS would be wrapped.
    "lamp.ts": 'import { led } from "./pins.js";\nprint(led);',
    "pins.ts": "export const led = 2;",
  };
  for (const [file, text] of Object.entries(program)) writeFileSync(join(dev, file), text);
  const built: string[] = [];
  for (const manifest of ["{}", '{"type":"module"}', '{"type":"commonjs"}']) {
    writeFileSync(join(dev, "package.json"), manifest);
    built.push((await buildBundle({ dev, board: esp32Devkit })).code);
  }
  expect(built[0]).toMatch(/print\(\w+\)/);
  expect(built[1]).toBe(built[0]);
  expect(built[2]).toBe(built[0]);
});
