import { expect, test } from "vitest";
import { espruinoPort } from "../../src/espruino/build/board-constants.js";
import { guarded, type Rig, sharedToken, startRig } from "../server/support/rig.js";
import { type GardenBoard, withBoard } from "../support/garden-board.js";
import { ask, tellToAsk, updateUrl, withAsking } from "../support/pull-board.js";
import { bundleOf, esp32, garden1, garden2 } from "../support/test-bundles.js";

const puller = (version: string) => bundleOf("test/devs-fixtures/pull", "sluice.json", version);

async function withRig(use: (rig: Rig) => Promise<void>): Promise<void> {
  const rig = await startRig({ secrets: guarded });
  try {
    await use(rig);
  } finally {
    await rig.stop();
  }
}

/** A board with version 1 beside a server that has version 2. */
async function both(use: (board: GardenBoard, rig: Rig) => Promise<void>): Promise<void> {
  await withRig(async (rig) => {
    rig.put("puller.app", await puller("2.0.0"));
    await withAsking(await puller("1.0.0"), (board) => use(board, rig));
  });
}

test.concurrent("a provisioned garden waters, polls, closes its valves, updates, confirms, and reports", async () => {
  await withRig(async (rig) => {
    const settings = { url: updateUrl(rig), token: sharedToken, everyMs: 10_000, jitter: 0 };
    await withAsking(
      await garden1(),
      async (board) => {
        await board.wait("pull", { result: "FAILED" });
        await board.water();
        rig.put("garden.app", await garden2());
        await board.wait("safe");
        expect(board.bench.pumpRuns).toBe(false);
        expect(board.bench.valves.every(({ state }) => state === "closed")).toBe(true);
        expect(await board.wait("confirmed")).toMatchObject({ app: "garden@2.0.0", slot: "b" });
        expect(await rig.event("report")).toMatchObject({ report: "installed" });
        const { mac } = (await rig.fleet.devices())[0] ?? { mac: "" };
        expect((await rig.fleet.offer(mac, "app"))?.state).toBe("installed");
        const from = board.events.length;
        await board.wait("pull", { result: "NO_UPDATES" }, from);
        expect((await rig.fleet.devices())[0]).toMatchObject({ version: "2.0.0", app: "garden", slot: "b" });
        // One probe and one whole sending for the one update.
        expect(rig.events.filter(({ event }) => event === "sent")).toHaveLength(2);
      },
      settings,
    );
  });
});

test.concurrent("an application asks, and is answered in ESPhttpUpdate's words", async () => {
  await both(async (board, rig) => {
    expect(await ask(board, { url: updateUrl(rig), token: "wrong" })).toMatchObject({
      result: "FAILED",
      error: -108,
      last: "-108 Unauthorized (401)",
    });
    expect(await ask(board, { url: updateUrl(rig, "/update/door") })).toMatchObject({
      error: -102,
      last: "-102 File Not Found (404)",
    });
    expect(await ask(board, { url: updateUrl(rig), mode: "version" })).toMatchObject({
      result: "OK",
      version: "2.0.0",
      last: "0 ",
    });
    expect(await ask(board, { host: "127.0.0.1", port: rig.port, currentVersion: "2.0.0" })).toMatchObject({
      result: "NO_UPDATES",
    });
    expect(await ask(board, { url: "https://127.0.0.1/" })).toMatchObject({ error: -120 });
    expect(board.all("hook")).toEqual([]);
    expect(board.all("safe")).toEqual([]);
    const { user, token } = { user: "gardener", token: undefined };
    const answer = ask(board, { host: "127.0.0.1", port: rig.port, user, password: "rosebush", token });
    expect(await board.wait("confirmed")).toMatchObject({ app: "puller@2.0.0" });
    expect(await answer).toMatchObject({ result: "OK", error: 0, version: "2.0.0" });
    const hooks = board.all("hook").map(({ hook }) => hook);
    expect(hooks).toEqual(["onStart", "onEnd"]);
  });
});

test.concurrent("without a restart the new version waits", async () => {
  await both(async (board, rig) => {
    expect(await ask(board, { url: updateUrl(rig), rebootOnUpdate: false })).toMatchObject({ result: "OK" });
    expect(board.all("reset")).toEqual([]);
    for (let i = 0; i < 3; i++)
      expect(await ask(board, { url: updateUrl(rig) })).toMatchObject({ code: "ON_TRIAL" });
    // The server receives one report of a refusal, however often the board polls.
    await rig.event("report");
    expect(await ask(board, { url: updateUrl(rig), mode: "version" })).toMatchObject({ result: "OK" });
    expect(rig.events.filter(({ event }) => event === "report")).toHaveLength(1);
    board.virtual.reset();
    expect(await board.wait("confirmed")).toMatchObject({ app: "puller@2.0.0" });
  });
});

test.concurrent("the original's headers, to the seed's own example path", async () => {
  await both(async (board, rig) => {
    const url = updateUrl(rig, "/esp/update/arduino.php");
    const asked = { url, family: "esp8266", user: "esp", password: sharedToken, token: undefined };
    expect(await ask(board, asked)).toMatchObject({ error: -104, detail: "status 500" });
    const esp32 = { ...asked, family: "esp32" };
    expect(await ask(board, esp32)).toMatchObject({ error: -104, detail: "status 500" });
    const [device] = await rig.fleet.devices();
    expect(device).toMatchObject({ family: "esp32", chipSize: 0x400000, version: "1.0.0" });
    expect(device?.sketchMd5).toMatch(/^[0-9a-f]{32}$/);
  });
});

test.concurrent("a version that does not work: rolled back, reported, and not fetched again", async () => {
  await withRig(async (rig) => {
    const settings = { url: updateUrl(rig), token: sharedToken, everyMs: 10_000, jitter: 0 };
    await withAsking(
      await puller("1.0.0"),
      async (board) => {
        rig.put("puller.app", await bundleOf("test/devs-fixtures/pull", "throws.json", "2.0.0"));
        const back = await board.wait("rolled-back");
        expect(await board.ready(board.after(back))).toMatchObject({ app: "puller@1.0.0" });
        expect(await rig.event("report")).toMatchObject({ report: "rolled-back" });
        const [report] = await rig.fleet.reports(1);
        expect(report).toMatchObject({ event: "rolled-back", version: "2.0.0", target: "app" });
        await board.wait("pull", { result: "NO_UPDATES" }, board.after(back));
        // Not even by a server that has forgotten all about it.
        await rig.fleet.retry((await rig.fleet.devices())[0]?.mac ?? "");
        const from = board.events.length;
        const again = await board.wait("pull", { result: "NO_UPDATES" }, from);
        expect(again["text"]).toBe("the board came back from this image");
        expect(board.all("reset", from)).toEqual([]);
      },
      settings,
    );
  });
});

test.concurrent("a server that comes back: the board asks less and less often, and then updates", async () => {
  await withRig(async (rig) => {
    const settings = { url: updateUrl(rig), token: sharedToken, everyMs: 10_000, jitter: 0 };
    const { port } = rig;
    await rig.server.close();
    await withAsking(
      await puller("1.0.0"),
      async (board) => {
        const first = await board.wait("pull", { result: "FAILED" });
        expect(first).toMatchObject({ code: "HTTP_CONNECTION_FAILED" });
        const second = await board.hurry(board.wait("pull", { result: "FAILED" }, board.after(first)));
        const third = await board.hurry(board.wait("pull", { result: "FAILED" }, board.after(second)));
        expect(third.t - second.t).toBeGreaterThanOrEqual(40_000);
        expect(second.t - first.t).toBeGreaterThanOrEqual(20_000);
        await board.hurry(board.lives(50_000));
        rig.put("puller.app", await puller("2.0.0"));
        await rig.server.listen(port, "127.0.0.1");
        expect(await board.wait("confirmed")).toMatchObject({ app: "puller@2.0.0" });
      },
      settings,
    );
  });
});

test.concurrent("espota comes while the board pulls: one of them goes on, the other is told", async () => {
  await both(async (board, rig) => {
    board.bench.stick(1, 0.5);
    tellToAsk(board, { url: updateUrl(rig) });
    await board.wait("safe-state");
    expect(await board.refused(await puller("3.0.0"))).toMatchObject({ code: "UPDATE_RUNNING" });
    board.bench.free(1);
    expect(await board.wait("confirmed")).toMatchObject({ app: "puller@2.0.0" });
  });
});

test.concurrent("too little memory beside the application: asks again in update mode, as the application did", async () => {
  await withRig(async (rig) => {
    rig.put("puller.app", await puller("2.0.0"));
    const few = { ...esp32, espruino: { ...espruinoPort(esp32), variables: 1000 } };
    await withBoard({ app: await puller("1.0.0"), board: few, password: "dandelion" }, async (board) => {
      await board.ready();
      tellToAsk(board, { url: updateUrl(rig), everyMs: 3_600_000 });
      expect(await board.wait("boot", { why: "update-mode" })).toMatchObject({ slot: "-" });
      expect(await board.wait("pull")).toMatchObject({ result: "OK", version: "2.0.0" });
      expect(await board.wait("confirmed")).toMatchObject({ app: "puller@2.0.0", slot: "b" });
      // Update mode reported the same: the image was offered again.
      const rows = rig.events.flatMap((told) => (told.event === "answer" ? [told.row] : []));
      expect(rows).toEqual(["update", "update", "update"]);
      expect((await rig.fleet.devices())[0]).toMatchObject({ app: "puller", version: "1.0.0" });
    });
  });
});
