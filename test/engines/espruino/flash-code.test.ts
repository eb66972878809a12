import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { keepInFlash } from "../../../src/espruino/build/flash-code/keep-in-flash.js";
import { StorageFiles } from "../../../src/espruino/storage-files.js";
import { flashPrograms } from "../../espruino/build/flash-programs.js";
import { boardOfEngine, engine } from "./engine-board.js";

const emptyMap = JSON.stringify({ version: 3, sources: ["a.ts"], names: [], mappings: "" });

test.skipIf(engine === "")("programs say the same when their functions are in flash", () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-flash-"));
  try {
    const image = new Uint8Array(boardOfEngine().flashSize).fill(0xff);
    const files = new StorageFiles(image);
    flashPrograms.forEach(({ source }, index) => {
      // The engine's own `print` cannot be replaced.
      const code = `(function(){\n${source.replaceAll("print(", "say(")}\n})();`;
      files.add(`plain${index}`, code);
      files.add(`kept${index}`, keepInFlash({ code, map: emptyMap }, false).code);
    });
    writeFileSync(join(folder, "espruino.flash"), image);
    const lines = flashPrograms.flatMap((_, index) =>
      ["plain", "kept"].map(
        (kind) =>
          `which = "@${kind}${index} "; sluiceCode = require("Storage").read("${kind}${index}");` +
          "try { eval(sluiceCode); } catch (error) { print('threw ' + error); }",
      ),
    );
    const script = `var which, sluiceCode; function say(text) { print(which + text); }\n${lines.join("\n")}\nquit();`;
    writeFileSync(join(folder, "script.js"), script);
    const { stdout } = spawnSync(resolve(engine), ["script.js"], {
      cwd: folder,
      encoding: "latin1",
      timeout: 30_000,
      killSignal: "SIGKILL",
    });
    const said = (kind: string): string[][] =>
      flashPrograms.map((_, index) =>
        [...stdout.matchAll(new RegExp(`@${kind}${index} (.*?)\\r?\\n`, "g"))].map(([, text]) => text ?? ""),
      );
    const wanted = flashPrograms.map(({ says }) => says);
    expect(said("plain")).toEqual(wanted);
    expect(said("kept")).toEqual(wanted);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
