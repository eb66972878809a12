import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { linux } from "../../../boards/linux.js";
import { buildBundle, bundleScript } from "../../../src/espruino/build/bundle.js";
import { explainTrace } from "../../../src/espruino/build/explain.js";

const engine = process.env["ESPRUINO"] ?? "";
const fixtures = "test/espruino/build/fixtures";

describe.skipIf(engine === "")("bundles on the real engine", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "bundle-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  function run(script: string): string {
    writeFileSync(join(folder, "script.js"), script);
    const { stdout } = spawnSync(resolve(engine), ["script.js"], {
      cwd: folder,
      encoding: "latin1",
      timeout: 10_000,
      killSignal: "SIGKILL",
    });
    return stdout.slice(stdout.indexOf("Donate"));
  }

  /** Puts code somewhere into a file of Storage behind other lines, as a slot is, and runs it from there. */
  function fromFlash(code: string, start: (read: string) => string): string {
    const read = `st.read("sluice", 500, ${code.length})`;
    return [
      `var st = require("Storage"); st.eraseAll();`,
      `st.write("sluice", "other\\nlines\\n", 0, ${code.length + 1000});`,
      `st.write("sluice", ${JSON.stringify(code)}, 500, ${code.length + 1000});`,
      start(read),
    ].join("\n");
  }

  it("an app runs, minified, out of flash, and finds the agent", async () => {
    const { code } = await buildBundle({ dev: `${fixtures}/app`, board: linux });
    const agent = `Modules.addCached("sluice", "exports.ota={begin:function(o){o.onStart();print('begun')}}");`;
    const said = run(
      `${agent}\n${fromFlash(code, (read) => `Modules.addCached("app", ${read}); Modules.removeCached("app");`)}\nquit();`,
    );
    expect(said).toContain("begun");
    expect(said.replace(/\r/g, "")).toContain("linux 2 zones, valve 26: 5 min, closed at 20 \xb0C\nbye");
    expect(said).not.toMatch(/Uncaught/);
  });

  it("the agent is a module out of flash", async () => {
    const { code } = await bundleScript({ entry: `${fixtures}/agent.ts`, kind: "agent", board: linux });
    const load = (read: string) => `Modules.addCached("sluice", ${read});`;
    const said = run(
      `${fromFlash(code, load)}\nvar o = require("sluice").ota; print("@" + o.board, o.big());\nquit();`,
    );
    expect(said).toContain("@linux true");
  });

  it("a stack trace from flash leads to the TypeScript lines", async () => {
    const { code, map } = await buildBundle({ dev: `${fixtures}/broken`, board: linux });
    const said = run(
      `${fromFlash(code, (read) => `Modules.addCached("app", ${read}); Modules.removeCached("app");`)}\nsetTimeout(quit, 50);`,
    );
    expect(said).toContain("Uncaught Error");
    const explained = explainTrace(said.replace(/\r/g, ""), [{ map, code }]);
    expect(explained).toMatch(/at noHours \(pump\.ts:10:\d+\)/);
    expect(explained).toMatch(/at start \(pump\.ts:5:\d+\)/);
    expect(explained).toMatch(/at waterGarden \(main\.ts:6:\d+\)/);
    expect(explained).toMatch(/at main\.ts:10:\d+/);
  });
});
