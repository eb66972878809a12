import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { likeEsp32 } from "../../../bench/size-board.js";
import { type Engine, engineIn } from "../../../bench/size-engines.js";
import { type Application, garden, imageOf, Measured, stage, ways } from "../../../bench/size-run.js";
import { esp32Idf5 } from "../../../boards/esp32-devkit.js";
import { espruinoPort } from "../../../src/espruino/build/board-constants.js";
import { uploadImage } from "../../../src/host/index.js";
import { formOf } from "../../support/web-board.js";
import { EngineBoard, password } from "./engine-board.js";

const engine = engineIn("ESPRUINO");
/** Variables as on a chip, as many as it is given. */
const fits = engine !== undefined && engine.block === 14 && engine.most > 0;
/** What the smallest board has. */
const fewest = espruinoPort(esp32Idf5).variables;
const larger: Application = { title: "garden", dev: "test/devs-fixtures/larger", manifest: "sluice.json" };

function withTotal(total: number): { readonly path: string; readonly env: Readonly<Record<string, string>> } {
  const { path, staged } = engine as Engine;
  return { path, env: { ESPRUINO_VARS: `${total + staged}` } };
}

describe.skipIf(!fits)("the smallest board that is supported", () => {
  let running: { readonly stop: () => Promise<void> } | undefined;

  afterEach(async () => {
    await running?.stop();
    running = undefined;
  });

  const cases = ways.flatMap((way) => [
    { way, what: "the garden", app: garden, total: fewest },
    { way, what: "a program with 100 variables more", app: larger, total: fewest },
    { way, what: "the garden with 200 more free", app: garden, total: fewest + 200 },
  ]);
  test.each(cases)("is updated by $way: $what", async ({ way, app, total }) => {
    const it = await Measured.start(likeEsp32, app, way, withTotal(total), "nothing");
    running = it;
    await it.settle();
    const from = it.it.events.length;
    expect(await it.update(await imageOf(likeEsp32, app, "2.0.0", 16384))).toBe("ok");
    const since = it.it.events.slice(from);
    expect(since.filter(({ event }) => event === "app-error" || event === "rolled-back")).toEqual([]);
    const restarts = since.filter(({ event }) => event === "restart").map(({ why }) => why);
    expect(restarts).toEqual(["update-mode", "update"]);
  });

  test("equipment that does not become safe: the uploader reads why, and a visitor when he comes again", async () => {
    const pagePort = await freePort();
    const app = await imageOf(likeEsp32, garden, "1.0.0");
    // The switches of the valves read "open".
    const script = stage.replace("?1:0", "?0:0");
    const it = await EngineBoard.start(
      likeEsp32,
      app,
      { web: { port: pagePort } },
      script,
      withTotal(fewest),
    );
    running = it;
    await it.wait("ready");
    const image = await imageOf(likeEsp32, garden, "2.0.0", 16384);
    const headers = { authorization: `Basic ${Buffer.from(`admin:${password}`).toString("base64")}` };
    const body = await formOf(image);
    const send = () => fetch(`http://127.0.0.1:${pagePort}/update`, { method: "POST", headers, body });
    const from = it.events.length;
    const first = await send();
    expect([first.status, await first.text()]).toEqual([503, expect.stringContaining("once more")]);
    const refused = await it.wait("refused", {}, from);
    const second = await send();
    expect(second.status).toBe(409);
    expect(await second.text()).toContain(`${refused["text"]}`);
    const pushed = await uploadImage({ image, to: it.target, password }).catch((error) => error);
    expect(pushed).toBeInstanceOf(Error);
    // While the visitor's connection is not gone, there may be no room for the uploader; no start is lost to it.
    expect(`${pushed.message}`).toMatch(/valve|too little memory/);
    expect(it.events.filter(({ event }) => event === "app-error" || event === "restart")).toEqual([]);
  });
});

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await new Promise((listening) => server.once("listening", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return port;
}
