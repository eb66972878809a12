import { join } from "node:path";
import { expect, test } from "vitest";
import { linux } from "../../../boards/linux.js";
import { buildBundle } from "../../../src/espruino/build/bundle.js";
import { decodeBundle } from "../../../src/espruino/build/encode-bundle.js";
import type { PullOptions } from "../../../src/espruino/device/sluice.js";
import { packageRoot } from "../../../src/node/package-root.js";
import { guarded, type Rig, sharedToken, startRig } from "../../server/support/rig.js";
import { FaultyServer, passOn } from "../../support/faulty-server.js";
import { updateUrl } from "../../support/pull-board.js";
import { remade } from "../../support/test-bundles.js";
import { boardOfEngine, EngineBoard, engine, plain } from "./engine-board.js";

const board = engine === "" ? linux : boardOfEngine();
/** Builds of the engine with less flash have no room for the pull. */
const hasRoom = board.flashSize >= linux.flashSize;
const onEngine = test.skipIf(engine === "" || !hasRoom);

interface Scene {
  readonly rig: Rig;
  readonly it: EngineBoard;
}

/** The real engine as a board that polls a server with `image`. */
async function pulling(
  app: Uint8Array,
  settings: (rig: Rig) => PullOptions,
  use: (scene: Scene) => Promise<void>,
): Promise<void> {
  const rig = await startRig({ secrets: guarded });
  try {
    rig.put("plain.app", await plain(board, "2.0.0"));
    const pull = { token: sharedToken, jitter: 0, ...settings(rig) };
    const it = await EngineBoard.start(board, app, { pull });
    try {
      await use({ rig, it });
    } finally {
      await it.stop();
    }
  } finally {
    await rig.stop();
  }
}

onEngine("the real engine asks, updates, restarts, confirms, and reports", async () => {
  const app = await plain(board, "1.0.0");
  await pulling(
    app,
    (rig) => ({ url: updateUrl(rig), everyMs: 10_000 }),
    async ({ rig, it }) => {
      expect(await it.wait("confirmed")).toMatchObject({ app: "plain@2.0.0", slot: "b" });
      expect(await rig.event("report")).toMatchObject({ report: "installed" });
      expect(await it.wait("pull", { result: "NO_UPDATES" })).toMatchObject({ code: "" });
    },
  );
});

onEngine("a connection that is refused, and one that breaks in the middle of the image", async () => {
  const app = await plain(board, "1.0.0");
  let refuses = true;
  let breaks = true;
  let port = 0;
  const flaky = await FaultyServer.start((socket, head) => {
    const isImage = !head.includes("Range: bytes=0-0\r\n") && !head.startsWith("POST");
    if (refuses) socket.destroy();
    else if (isImage && breaks) {
      breaks = false;
      passOn(socket, head, port, 3000);
    } else passOn(socket, head, port);
    refuses = false;
  });
  try {
    await pulling(
      app,
      () => ({ url: flaky.url, everyMs: 10_000 }),
      async ({ rig, it }) => {
        port = rig.port;
        const small = await plain(board, "2.0.0");
        const code = Buffer.from(decodeBundle(small).payload).toString("latin1");
        rig.put("plain.app", remade(small, {}, `${code}/*${"-".repeat(12_000)}*/`));
        expect(await it.wait("pull", { result: "FAILED" })).toMatchObject({ code: "HTTP_CONNECTION_LOST" });
        expect(await it.wait("confirmed")).toMatchObject({ app: "plain@2.0.0" });
        const resumed = flaky.heads.find((head) => /Range: bytes=[1-9]/.test(head));
        expect(resumed).toMatch(/If-Range: "[0-9a-f]{32}"/);
      },
    );
  } finally {
    await flaky.stop();
  }
});

onEngine("nobody at the port, and a server that redirects in circles", async () => {
  const app = await plain(board, "1.0.0");
  const circle = await FaultyServer.start((socket, head) => {
    const to = head.startsWith("GET /a ") ? "/b" : "/a";
    socket.end(`HTTP/1.1 302 Found\r\nLocation: ${to}\r\n\r\n`);
  });
  const closed = await FaultyServer.start(() => undefined);
  const nobody = closed.url;
  await closed.stop();
  try {
    await pulling(
      app,
      () => ({ url: circle.url }),
      async ({ it }) => {
        expect(await it.wait("pull")).toMatchObject({
          code: "HTTP_WRONG_CODE",
          text: "redirects in a circle",
        });
      },
    );
    await pulling(
      app,
      () => ({ url: nobody }),
      async ({ it }) => {
        expect(await it.wait("pull")).toMatchObject({ code: "HTTP_CONNECTION_FAILED" });
      },
    );
  } finally {
    await circle.stop();
  }
});

onEngine("a pull takes no more variables than update mode has, and gives them back", async () => {
  const dev = join(packageRoot(), "test/devs-fixtures/pull");
  const meter = (version: string) =>
    buildBundle({ dev, manifest: join(dev, "meter.json"), board, version }).then(({ bytes }) => bytes);
  const settings = (rig: Rig) => ({ url: updateUrl(rig), everyMs: 20_000, rebootOnUpdate: false });
  await pulling(await meter("1.0.0"), settings, async ({ rig, it }) => {
    rig.put("meter.app", await meter("2.0.0"));
    const usage = async (when: string) => Number((await it.wait("memory", { when }))["usage"]);
    const [before, writing, after] = [await usage("before"), await usage("writing"), await usage("after")];
    // With MD5 in JavaScript, which a chip's ROM has.
    expect(writing - before).toBeLessThan(1700);
    expect(after - before).toBeLessThan(100);
  });
});
