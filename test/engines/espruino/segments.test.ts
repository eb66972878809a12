import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";
import { bundleScript } from "../../../src/espruino/build/bundle.js";
import { makeBundle } from "../../../src/prover/images.js";
import { boardNamed } from "../../support/test-bundles.js";

const engine = process.env["ESPRUINO"] ?? "";

it.skipIf(engine === "")("Storage is carried to user2 and home by the real engine", async () => {
  const board = boardNamed("esp8266-4mb");
  const { code } = await bundleScript({ entry: "test/devs-fixtures/segments.ts", kind: "loader", board });
  const bundle = (version: string) =>
    JSON.stringify(
      makeBundle({ name: "garden", version, kind: 1, family: 1, size: 1500 }).toString("latin1"),
    ).replace(/[\x7f-\xff]/g, (char) => `\\x${char.charCodeAt(0).toString(16)}`);
  const folder = mkdtempSync(join(tmpdir(), "segments-"));
  try {
    // JSON escapes control characters as \u00XX, which the engine takes for text of two bytes.
    const data = `var SLUICE_OLD=${bundle("1.0.0")},SLUICE_NEW=${bundle("2.0.0")};`.replaceAll(
      "\\u00",
      "\\x",
    );
    // From Storage, as everywhere on a board.
    const run = [
      `var st = require("Storage"); st.eraseAll(); st.write("code", ${JSON.stringify(code)});`,
      `eval(st.read("code"));`,
    ];
    writeFileSync(join(folder, "script.js"), [data, ...run, "quit();"].join("\n"), "latin1");
    const { stdout } = spawnSync(resolve(engine), ["script.js"], {
      cwd: folder,
      encoding: "latin1",
      timeout: 60_000,
      killSignal: "SIGKILL",
    });
    const said = stdout
      .replace(/\r/g, "")
      .split("\n")
      .filter((line) => line.startsWith("@"));
    expect(said, stdout.slice(-500)).toEqual([
      "@advance true true",
      "@mark user2",
      "@same true",
      "@home true garden@2.0.0 1 true true 0",
      "@note zone 2 0",
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
