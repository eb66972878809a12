import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { linux } from "../../../boards/linux.js";
import { bundleScript } from "../../../src/espruino/build/bundle.js";
import { packageRoot } from "../../../src/node/package-root.js";
import { coreFiles, programOfCore } from "../../support/core-program.js";

// The other compilers of the core: tsc (npm run typecheck) and DeviceScript's (test/engines/devicescript).
describe("the Espruino build", () => {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "core-"));
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  it("compiles all of the core", async () => {
    const program = programOfCore(join(packageRoot(), "src/core"));
    const entry = join(folder, "core.ts");
    writeFileSync(entry, program);
    const { code } = await bundleScript({ entry, kind: "loader", board: linux });
    expect(code.length).toBeGreaterThan(10_000);
    for (const file of ["md5.ts", "espota/session.ts", "update/update.ts"]) {
      expect(coreFiles()).toContain(file);
      expect(program).toContain(`/${file.replace(".ts", ".js")}"`);
    }
  });
});
