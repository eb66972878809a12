import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { addBuild } from "../../src/cli/build.js";
import { addImage } from "../../src/cli/image.js";
import { runVerb } from "../support/run-verb.js";

let folder = "";
let file = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "sluice-build-"));
  file = join(folder, "drip.devs");
  writeFileSync(
    join(folder, "sluice.json"),
    '{"name":"drip","version":"1.2.3","safePins":[{"pin":5,"level":1}]}',
  );
  writeFileSync(join(folder, "main.ts"), 'console.log("drip");\n');
});
afterEach(() => {
  rmSync(folder, { recursive: true });
});

describe("sluice build for a DeviceScript board", () => {
  it("writes a program and its debug information, and sluice image knows it again", async () => {
    const call = ["build", folder, "--board", "esp32c3-devicescript", "-o", file, "--json"];
    const { out, exitCode } = await runVerb(addBuild, ...call);
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toEqual({
      file,
      debug: `${file}.dbg.json`,
      bytes: readFileSync(file).length,
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
      md5: expect.stringMatching(/^[0-9a-f]{32}$/),
      name: "drip",
      version: "1.2.3",
      board: "esp32c3-devicescript",
      safePins: [{ pin: 5, level: 1 }],
      runtime: "2.16",
      warnings: [],
    });
    expect(JSON.parse(readFileSync(`${file}.dbg.json`, "utf8"))).toHaveProperty("functions");
    expect(readdirSync(folder).sort()).toEqual(["drip.devs", "drip.devs.dbg.json", "main.ts", "sluice.json"]);

    const seen = await runVerb(addImage, "image", file, "--board", "esp32c3-devicescript");
    expect(seen.exitCode ?? 0).toBe(0);
    expect(seen.out).toContain("drip@1.2.3");
    expect(seen.out).toContain("P5=1");
    expect(seen.out).toContain("checksum   matches");
    expect(seen.out).toMatch(/On esp32c3-devicescript: Fits/);
  });

  it("leaves the old program alone when the new one cannot be built", async () => {
    writeFileSync(file, "old");
    writeFileSync(join(folder, "main.ts"), 'import "./gone.js";\n');
    const call = runVerb(addBuild, "build", folder, "--board", "esp32c3-devicescript", "-o", file);
    await expect(call).rejects.toMatchObject({ code: "BUILD_FAILED" });
    expect(readFileSync(file, "utf8")).toBe("old");
  });

  it("has no agent to build apart: each program carries it", async () => {
    const call = runVerb(addBuild, "build", "--agent", "--board", "esp32-devicescript", "-o", file);
    await expect(call).rejects.toMatchObject({ code: "NO_ESPRUINO" });
  });
});
