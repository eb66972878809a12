import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../src/node/package-root.js";
import { namespacesAllowed, TestNetwork } from "../support/net-namespaces.js";
import { agentOf, garden1, garden2 } from "../support/test-bundles.js";
import { Output } from "./output.js";

const sluice = join(packageRoot(), "bin/sluice.js");

describe.skipIf(!namespacesAllowed)("boards on a real network", () => {
  let folder = "";
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "sluice-discover-"));
    writeFileSync(join(folder, "password"), "topsecret\n");
    writeFileSync(join(folder, "agent.app"), await agentOf());
    writeFileSync(join(folder, "garden-1.app"), await garden1());
    writeFileSync(join(folder, "garden-2.app"), await garden2());
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const run = (network: TestNetwork, computer: number, ...args: string[]) =>
    new Output(network.spawn(computer, process.execPath, [sluice, ...args], { cwd: folder }));

  const board = (network: TestNetwork, computer: number, ...more: string[]) =>
    run(
      network,
      computer,
      "board",
      ...["--json", "--app", "garden-1.app", "--agent", "agent.app", "--password-file", "password"],
      ...["--bind", network.address(computer), ...more],
    );

  async function withNetwork(computers: number, use: (network: TestNetwork) => Promise<void>): Promise<void> {
    const network = await TestNetwork.make(computers);
    try {
      await use(network);
    } finally {
      await network.end();
    }
  }

  test.concurrent("is found, updated by name, says goodbye, and is found again with its new version", async () => {
    await withNetwork(2, async (network) => {
      const garden = board(network, 1);
      const looking = run(network, 2, "discover", "--json", "--seconds", "0");
      const named = JSON.parse(await garden.line('"named"'));
      const found = JSON.parse(await looking.line('"found"')).board;
      expect(named).toMatchObject({ name: found.host, address: "10.77.0.1" });
      expect(found).toMatchObject({ address: "10.77.0.1", port: 3232, board: "esp32-devkit", auth: true });
      expect(found.app).toBe("garden@1.0.0");
      const upload = run(
        network,
        2,
        "upload",
        "garden-2.app",
        "--to",
        found.host,
        "--password-file",
        "password",
      );
      expect([await upload.ended, upload.lines.join("\n")]).toEqual([0, expect.any(String)]);
      expect(JSON.parse(await looking.line('"gone"')).board.name).toBe(found.name);
      expect(JSON.parse(await looking.line("garden@2.0.0")).board).toMatchObject({ name: found.name });
    });
  });

  test.concurrent("two of one name: the second takes another", async () => {
    await withNetwork(3, async (network) => {
      const first = board(network, 1);
      const name = JSON.parse(await first.line('"named"')).name as string;
      const second = board(network, 2);
      expect(JSON.parse(await second.line('"named"')).name).toBe(name.replace(".local", "-2.local"));
      const looking = run(network, 3, "discover", "--seconds", "2");
      expect(await looking.ended).toBe(0);
      expect(looking.lines.map((line) => line.split(/ +/).slice(0, 2))).toEqual([
        ["NAME", "ADDRESS"],
        [name, "10.77.0.1:3232"],
        [name.replace(".local", "-2.local"), "10.77.0.2:3232"],
      ]);
    });
  });

  test.concurrent("one that is bound to 127.0.0.1 tells nobody, and who finds none is told why that may be", async () => {
    await withNetwork(1, async (network) => {
      const quiet = board(network, 1, "--bind", "127.0.0.1");
      await quiet.line('"ready"');
      const looking = run(network, 1, "discover", "--seconds", "1");
      expect(await looking.ended).toBe(1);
      expect(looking.lines.join("\n")).toMatch(/^NO_BOARD_FOUND: .*\n.*network/);
      const upload = run(
        network,
        1,
        "upload",
        "garden-2.app",
        "--to",
        "garden.local",
        "--password-file",
        "password",
      );
      expect(await upload.ended).toBe(1);
      expect(upload.lines.join("\n")).toMatch(/UNKNOWN_HOST: .*garden\.local/);
      expect(quiet.lines.filter((line) => line.includes('"named"'))).toEqual([]);
    });
  });
});
