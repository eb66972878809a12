import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeAll, describe, expect, it } from "vitest";
import { addGateway } from "../../../src/cli/gateway.js";
import { addProvision } from "../../../src/cli/provision.js";
import { addUpload } from "../../../src/cli/upload.js";
import { Endpoint } from "../../../src/devicescript/gateway/endpoint/endpoint.js";
import { keyOf } from "../../../src/devicescript/gateway/keys.js";
import { StateFolder } from "../../../src/devicescript/gateway/store/state-folder.js";
import { Cable } from "../../support/devicescript/cable.js";
import { testProgram } from "../../support/devicescript/programs.js";
import { ValveTwin } from "../../support/devicescript/valve.js";
import { VmGarden } from "../../support/devicescript/vm-garden.js";
import { runVerb } from "../../support/run-verb.js";

describe("from a cable to updates over the air, by the command line", () => {
  beforeAll(() => {
    testProgram("1.0.0");
  });
  const garden = new VmGarden();
  const ends: (() => Promise<void>)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
    await garden.close();
  });

  it("provision, upload, boards, a new key by cable", async () => {
    const bench = await garden.bench();
    const endpoint = new Endpoint(bench.gateway, new StateFolder(bench.folder));
    await endpoint.open();
    ends.push(() => endpoint.close());
    const board = await garden.board();
    new ValveTwin(board.bus);
    const cable = new Cable(board);
    const port = await cable.plug();
    ends.push(() => cable.unplug());
    const provision = (...more: string[]): ReturnType<typeof runVerb> =>
      runVerb(
        addProvision,
        ...["provision", "--port", port, "--gateway", bench.address, "--state", bench.folder, ...more],
      );

    const first = await provision("--name", "garden");
    expect(first.out).toBe(`garden (${board.deviceId}) has its key and connects to ${bench.address}\n`);
    await bench.connected("garden");
    const { key } = bench.gateway.board("garden").stored;
    expect(first.out).not.toContain(Buffer.from(key).toString("hex"));

    const file = join(bench.folder, "program.devs");
    writeFileSync(file, testProgram("1.0.0"));
    const uploaded = await runVerb(
      addUpload,
      ...["upload", file, "--to", "garden", "--gateway", bench.folder, "--json"],
    );
    const events = uploaded.out
      .trim()
      .split("\n")
      .map((line) => (JSON.parse(line) as { event: string }).event);
    expect(events.filter((event) => event !== "progress")).toEqual([
      "safe",
      "writing",
      "sent",
      "verified",
      "trial",
      "hello",
      "result",
    ]);
    const boards = await runVerb(addGateway, "gateway", "boards", "--state", bench.folder);
    expect(boards.out).toMatch(
      /^garden {2}aabbccddeeff0011 {2}127\.0\.0\.1 {2}test 1\.0\.0 \([0-9a-f]{8}\) {2}well\n$/,
    );

    const from = bench.events.length;
    const password = join(bench.folder, "password.txt");
    writeFileSync(password, "rain\n");
    expect((await provision("--password-file", password, "--json")).out).toContain('"renewed":true');
    await bench.heard("the new key", ({ event }) => event === "rotated", from);
    const { stored } = bench.gateway.board("garden");
    expect(Buffer.from(stored.key)).toEqual(Buffer.from(await keyOf("rain", board.deviceId)));
    expect(stored).toMatchObject({ name: "garden", nextKey: undefined });
  });
});
