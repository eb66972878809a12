import { statSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { Endpoint } from "../../src/devicescript/gateway/endpoint/endpoint.js";
import { EndpointClient } from "../../src/devicescript/gateway/endpoint/endpoint-client.js";
import { connectionString, keyOf, randomKey } from "../../src/devicescript/gateway/keys.js";
import { StateFolder } from "../../src/devicescript/gateway/store/state-folder.js";
import type { TimedUploadEvent } from "../../src/events/upload-event.js";
import { BoardModel, modelImage } from "../support/devicescript/board-model.js";
import { GatewayBench } from "../support/devicescript/gateway-bench.js";
import { within } from "../support/devicescript/watch.js";
import { WsskClient } from "../support/devicescript/wssk-client.js";
import { buildDevs } from "../support/devs-image.js";

const id = "0011223344556677";
const limits = { confirmMs: 20, reportMs: 20, trialMs: 2000, answerMs: 500, backOffMs: 10 };

describe("the gateway, over real sockets", () => {
  const ends: (() => Promise<void> | void)[] = [];
  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  async function start(options: ConstructorParameters<typeof GatewayBench>[0] = {}): Promise<GatewayBench> {
    const bench = new GatewayBench({ limits, ...options });
    ends.push(() => bench.remove());
    await bench.start();
    return bench;
  }

  function board(connection: string, deviceId = id): { client: WsskClient; model: BoardModel } {
    const model = new BoardModel(deviceId, () => performance.now());
    const client = new WsskClient(connection, model);
    ends.push(() => client.close());
    return { client, model };
  }

  const first = modelImage({ version: "1.0.0", mode: "normal" });
  const second = modelImage({ version: "2.0.0", mode: "normal" });

  test("two boards are updated at the same time, each one thing at a time", async () => {
    const bench = await start();
    const roses = board(bench.provision(id, "roses"));
    const herbs = board(bench.provision("8899aabbccddeeff", "herbs"), "8899aabbccddeeff");
    await Promise.all([bench.connected("roses"), bench.connected("herbs")]);
    const both = await Promise.all([bench.update("roses", first), bench.update("herbs", second)]);
    expect(both.map(({ failed }) => failed)).toEqual([undefined, undefined]);
    expect([roses.model.running?.version, herbs.model.running?.version]).toEqual(["1.0.0", "2.0.0"]);
    const [one, other] = await Promise.all([bench.update("roses", second), bench.update("roses", first)]);
    expect([one.failed, other.failed?.code]).toEqual([undefined, "UPDATE_RUNNING"]);
  });

  test("a board that connects again takes the place of its dead connection", async () => {
    const bench = await start();
    const connection = bench.provision(id, "roses");
    const old = board(connection);
    await bench.connected("roses");
    const from = bench.events.length;
    board(connection);
    await bench.connected("roses", from);
    await within(5000, "the old connection to end", old.client.closed);
    expect((await bench.update("roses", first)).failed).toBeUndefined();
  });

  test("whoever does not know the key gets nothing but noise, and then has to wait", async () => {
    const bench = await start();
    bench.provision(id, "roses");
    const wrong = connectionString(bench.address, id, randomKey());
    for (let i = 0; i < 3; i++)
      expect(await within(5000, "the refusal", board(wrong).client.closed)).toBe("tag error");
    const answer = await within(5000, "the refusal", board(wrong).client.closed);
    expect(answer).toMatch(/^429 wrong key, again in 2 s; provision it$/);
    const codes = bench.events.flatMap((event) => (event.event === "refused" ? [event.code] : []));
    expect(codes).toEqual(["WRONG_KEY", "WRONG_KEY", "WRONG_KEY", "TOO_MANY_ATTEMPTS"]);
  });

  test("a stranger is told so, unless it has the key of the common password", async () => {
    const closed = await start();
    const stranger = board(connectionString(closed.address, id, randomKey()));
    expect(await within(5000, "the refusal", stranger.client.closed)).toBe(
      "403 unknown board, provision it first",
    );
    const open = await start({ password: "rain" });
    const liar = board(connectionString(open.address, id, await keyOf("sun", id)));
    expect(await within(5000, "the refusal", liar.client.closed)).toBe("tag error");
    board(connectionString(open.address, id, await keyOf("rain", id)));
    await open.connected(id);
    expect(open.gateway.board(id).stored.key).toEqual(await keyOf("rain", id));
  });

  test("a key is changed over the air: both are good until the board has come with the new one", async () => {
    const bench = await start();
    const before = bench.provision(id, "roses");
    const { client, model } = board(before);
    await bench.connected("roses");
    const told = bench.gateway.board("roses").rotate();
    await within(
      5000,
      "the new key",
      (async () => {
        while (model.connection === "") await new Promise((resolve) => setTimeout(resolve, 5));
      })(),
    );
    // The runtime keeps the string and connects anew.
    client.close();
    await told;
    expect(new URL(model.connection).password).not.toBe(new URL(before).password);
    const from = bench.events.length;
    board(before);
    await bench.connected("roses", from);
    board(model.connection);
    await bench.heard("the rotation", ({ event }) => event === "rotated", from);
    expect(await within(5000, "the refusal", board(before).client.closed)).toBe("tag error");
  });

  test("a key that cannot be saved, or whose connection is lost before it is sent, leaves the old one", async () => {
    const bench = await start();
    const connection = bench.provision(id, "roses");
    const lost = board(connection);
    await bench.connected("roses");
    const cut = bench.gateway.board("roses").rotate();
    lost.client.close();
    await expect(within(5000, "the end", cut)).rejects.toMatchObject({ code: "BOARD_LOST" });
    let from = bench.events.length;
    const full = board(connection);
    await bench.connected("roses", from);
    const save = vi.spyOn(StateFolder.prototype, "saveBoard").mockImplementation(() => {
      throw new Error("ENOSPC: no space left on device");
    });
    const unsaved = bench.gateway.board("roses").rotate();
    await expect(within(5000, "the end", unsaved)).rejects.toMatchObject({ code: "FILE_NOT_WRITABLE" });
    save.mockRestore();
    expect([lost.model.connection, full.model.connection]).toEqual(["", ""]);
    from = bench.events.length;
    board(connection);
    await bench.connected("roses", from);
  });

  test("what cannot be kept is not done", async () => {
    const bench = await start();
    const { model } = board(bench.provision(id, "roses"));
    await bench.connected("roses");
    expect((await bench.update("roses", first)).failed).toBeUndefined();
    const slot = model.slot;
    const save = vi.spyOn(StateFolder.prototype, "saveBoard").mockImplementation(() => {
      throw new Error("ENOSPC: no space left on device");
    });
    const { failed } = await bench.update("roses", second).finally(() => save.mockRestore());
    expect(failed).toEqual({ code: "FILE_NOT_WRITABLE", text: "ENOSPC: no space left on device" });
    expect(model.slot).toBe(slot);
  });

  test("nonsense is answered and ends", async () => {
    const bench = await start();
    const status = (path: string, headers: Record<string, string>): Promise<number | undefined> =>
      new Promise((resolve, reject) => {
        const call = request(`${bench.address.replace("ws", "http")}${path}`, { headers }, (response) => {
          response.resume();
          resolve(response.statusCode);
        });
        call.on("error", reject);
        call.end();
      });
    const upgrade = { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13" };
    expect(await status("/", {})).toBe(426);
    expect(await status(`/wssk/${id}`, upgrade)).toBe(400);
    expect(await status("/wssk/../x", { ...upgrade, "Sec-WebSocket-Protocol": "devs-key-00" })).toBe(400);
  });

  test("the endpoint: for those who can read the state folder", async () => {
    const bench = await start();
    const folder = new StateFolder(bench.folder);
    const endpoint = new Endpoint(bench.gateway, folder);
    await endpoint.open();
    const { model } = board(bench.provision(id, "roses"));
    await bench.connected("roses");
    const client = new EndpointClient(bench.folder);
    expect(await client.boards()).toMatchObject([{ name: "roses", id, connected: true, sha256: "" }]);

    const events: TimedUploadEvent[] = [];
    const wish = {
      from: "a test",
      force: false,
      retries: 0,
      onEvent: (event: TimedUploadEvent) => events.push(event),
    };
    await expect(client.upload("roses", { ...wish, program: second })).rejects.toMatchObject({
      code: expect.any(String),
    });
    await expect(client.upload("lilies", { ...wish, program: buildDevs() })).rejects.toMatchObject({
      code: "NO_SUCH_BOARD",
      message: "The gateway knows no board lilies. It knows roses.",
    });
    expect(model.slot).toBeUndefined();
    events.length = 0;
    model.assume = { version: "3.0.0", mode: "normal" };
    await client.upload("roses", { ...wish, program: buildDevs() });
    expect(events.map(({ event }) => event).filter((event) => event !== "progress")).toEqual([
      "safe",
      "writing",
      "sent",
      "verified",
      "trial",
      "hello",
      "result",
    ]);
    expect(await client.boards()).toMatchObject([{ app: "model", version: "3.0.0", healthy: true }]);

    if (process.platform !== "win32")
      expect(statSync(join(bench.folder, "gateway.sock")).mode & 0o777).toBe(0o600);
    await endpoint.close();
    await expect(client.boards()).rejects.toMatchObject({ code: "GATEWAY_NOT_RUNNING" });
  });
});
