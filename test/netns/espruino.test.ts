import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { linux } from "../../boards/linux.js";
import { bundleScript } from "../../src/espruino/build/bundle.js";
import { compileParts } from "../../src/espruino/build/bundle-script.js";
import { packageRoot } from "../../src/node/package-root.js";
import { namespacesAllowed, TestNetwork } from "../support/net-namespaces.js";
import { Output } from "./output.js";

const engine = process.env["ESPRUINO"];

test.skipIf(!engine || !namespacesAllowed)("a real Espruino is found by name, and says goodbye", async () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-names-"));
  const network = await TestNetwork.make(2);
  try {
    const entry = join(packageRoot(), "test/devs-fixtures/name-service/main.ts");
    const device = join(packageRoot(), "src/espruino/device");
    const parts = join(device, "parts");
    const {
      small: [part],
    } = await compileParts(parts, [{ entry: join(parts, "names.ts"), opens: "names" }], {
      kind: "part",
      board: linux,
    });
    const define = {
      TEST_ADDRESS: JSON.stringify(network.address(1)),
      TEST_PART: JSON.stringify(part.code),
      SLUICE_PART_ENDS: "testPartEnds",
    };
    const { code } = await bundleScript({ entry, kind: "loader", board: linux, define });
    writeFileSync(join(folder, "names.js"), code);
    const looking = new Output(
      network.spawn(2, process.execPath, [
        join(packageRoot(), "bin/sluice.js"),
        ...["discover", "--json", "--seconds", "0"],
      ]),
    );
    const board = new Output(network.spawn(1, engine ?? "", ["names.js"], { cwd: folder }));
    expect(await board.line("#")).toContain(`"name":"garden.local","address":"10.77.0.1"`);
    const found = JSON.parse(await looking.line('"found"')).board;
    expect(found).toMatchObject({ host: "garden.local", port: 3232, auth: true, app: "garden@2.0.0" });
    await board.line("#bye");
    await looking.line('"gone"');
  } finally {
    await network.end();
    rmSync(folder, { recursive: true, force: true });
  }
});
