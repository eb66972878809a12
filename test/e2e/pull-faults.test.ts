import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { espruinoPort } from "../../src/espruino/build/board-constants.js";
import { decodeBundle } from "../../src/espruino/build/encode-bundle.js";
import { md5 } from "../server/support/images.js";
import { guarded, type Rig, startRig } from "../server/support/rig.js";
import { type Behaviour, FaultyServer, passOn } from "../support/faulty-server.js";
import { GardenBoard } from "../support/garden-board.js";
import { ask, tellToAsk, updateUrl, withAsking } from "../support/pull-board.js";
import { bundleOf, esp32, remade } from "../support/test-bundles.js";
import { waters } from "../support/unharmed.js";

const puller = (version: string) => bundleOf("test/devs-fixtures/pull", "sluice.json", version);

interface Scene {
  readonly board: GardenBoard;
  readonly server: FaultyServer;
  /** Version 2 of what the board runs. */
  readonly image: Uint8Array;
}

/**
 * A board that waters, before a bad server. Whatever happens in `use`: what runs was not touched, it never restarted,
 * its valve waters again, and a good server updates it.
 */
async function harmless(behave: (image: Uint8Array) => Behaviour, use: (scene: Scene) => Promise<void>) {
  const image = await puller("2.0.0");
  const server = await FaultyServer.start(behave(image));
  const rig = await startRig({ secrets: guarded });
  try {
    await withAsking(await puller("1.0.0"), async (board) => {
      await waters(board);
      const lift = [board.protect("app", 0), board.protect("agent", 0), board.protect("agent", 1)];
      const before = board.content("app", 0);
      await use({ board, server, image });
      expect(board.content("app", 0).equals(before)).toBe(true);
      expect(board.all("reset")).toEqual([]);
      expect(board.all("committed")).toEqual([]);
      await waters(board);
      for (const one of lift) one();
      rig.put("puller.app", image);
      tellToAsk(board, { url: updateUrl(rig) });
      expect(await board.wait("confirmed")).toMatchObject({ app: "puller@2.0.0", slot: "b" });
    });
  } finally {
    await server.stop();
    await rig.stop();
  }
}

const isProbe = (head: string): boolean => head.includes("Range: bytes=0-0\r\n");

function probe(image: Uint8Array, tag = md5(image)): string {
  const range = `Content-Range: bytes 0-0/${image.length}\r\nContent-Length: 1\r\n`;
  return `HTTP/1.1 206 Partial Content\r\n${range}x-MD5: ${tag}\r\nETag: "${tag}"\r\n\r\nS`;
}

function whole(image: Uint8Array, length = image.length, tag = md5(image)): string {
  return `HTTP/1.1 200 OK\r\nContent-Length: ${length}\r\nx-MD5: ${tag}\r\nETag: "${tag}"\r\n\r\n`;
}

/** Answers the first question well, every other one as `then` does. */
function afterProbe(then: (socket: Socket, image: Uint8Array) => void, tag?: string) {
  return (image: Uint8Array): Behaviour =>
    (socket, head) => {
      if (isProbe(head)) socket.end(probe(image, tag));
      else then(socket, image);
    };
}

test.concurrent("a wrong MD5", async () => {
  const wrong = "0".repeat(32);
  const send = (socket: Socket, image: Uint8Array): void => {
    socket.write(whole(image, image.length, wrong));
    socket.end(image);
  };
  await harmless(afterProbe(send, wrong), async ({ board, server }) => {
    for (let i = 0; i < 3; i++)
      expect(await ask(board, { url: server.url })).toMatchObject({ error: 7, code: "MD5_MISMATCH" });
    // Three times is enough: the valves are left alone.
    const from = board.events.length;
    expect(await ask(board, { url: server.url })).toMatchObject({
      result: "NO_UPDATES",
      detail: "this image went wrong 3 times",
    });
    expect(board.all("safe", from)).toEqual([]);
    const errors = board.all("hook").filter(({ hook }) => hook === "onError");
    expect(errors.map(({ text }) => text)).toEqual(["MD5_MISMATCH", "MD5_MISMATCH", "MD5_MISMATCH"]);
  });
});

test.concurrent("a wrong MD5, where each try takes a restart into update mode", async () => {
  const wrong = "0".repeat(32);
  const image = await puller("2.0.0");
  const server = await FaultyServer.start((socket, head) => {
    if (isProbe(head)) socket.end(probe(image, wrong));
    else {
      socket.write(whole(image, image.length, wrong));
      socket.end(image);
    }
  });
  const few = { ...esp32, espruino: { ...espruinoPort(esp32), variables: 1000 } };
  const board = await GardenBoard.start({ app: await puller("1.0.0"), board: few, password: "dandelion" });
  try {
    let from = 0;
    for (let tried = 0; tried < 3; tried++) {
      await board.ready(from);
      await board.settled();
      tellToAsk(board, { url: server.url });
      const alone = await board.wait("boot", { why: "update-mode" }, from);
      const failed = await board.wait("pull", { code: "MD5_MISMATCH" }, board.after(alone));
      from = board.after(await board.hurry(board.wait("boot", { slot: "a" }, board.after(failed))));
    }
    await board.ready(from);
    // Three times is enough: nothing restarts, and the valves are left alone.
    expect(await ask(board, { url: server.url })).toMatchObject({
      result: "NO_UPDATES",
      detail: "this image went wrong 3 times",
    });
    expect(board.all("safe", from)).toEqual([]);
  } finally {
    await board.stop();
    await server.stop();
  }
});

test.concurrent("a body longer than announced", async () => {
  const send = (socket: Socket, image: Uint8Array): void => {
    socket.write(whole(image));
    socket.write(image);
    socket.end("and more");
  };
  await harmless(afterProbe(send), async ({ board, server }) => {
    expect(await ask(board, { url: server.url })).toMatchObject({
      error: 23,
      detail: "the body is longer than announced",
    });
  });
});

test.concurrent("a body shorter than announced, however often it is asked for", async () => {
  const send = (socket: Socket, image: Uint8Array): void => {
    socket.write(whole(image));
    socket.end(image.subarray(0, -10));
  };
  await harmless(afterProbe(send), async ({ board, server, image }) => {
    expect(await ask(board, { url: server.url })).toMatchObject({
      error: 6,
      text: "Update error: ERROR[6]: Stream Read Timeout",
    });
    expect(server.heads.at(-1)).toContain(`\r\nRange: bytes=${image.length - 10}-\r\n`);
    expect(server.heads.length).toBeLessThanOrEqual(8);
  });
});

test.concurrent("an image for nobody, and one that is none", async () => {
  const none = Buffer.from("<html>please log in to this network</html>".repeat(20));
  const send = (socket: Socket): void => {
    socket.write(whole(none));
    socket.end(none);
  };
  await harmless(
    () => (socket, head) => (isProbe(head) ? socket.end(probe(none)) : send(socket)),
    async ({ board, server }) => {
      expect(await ask(board, { url: server.url })).toMatchObject({
        error: -106,
        text: "Verify Bin Header Failed",
      });
    },
  );
});

test.concurrent("redirects in a circle, and heads of 30 kB", async () => {
  const to = (path: string): string => `HTTP/1.1 302 Found\r\nLocation: ${path}\r\n\r\n`;
  const behave = (): Behaviour => (socket, head) => {
    if (head.startsWith("GET /large"))
      socket.end(`HTTP/1.1 200 OK\r\n${`x: ${"a".repeat(95)}\r\n`.repeat(300)}\r\n`);
    else socket.end(to(head.startsWith("GET /a ") ? "/b" : "/a"));
  };
  await harmless(behave, async ({ board, server }) => {
    expect(await ask(board, { url: server.url })).toMatchObject({
      error: -104,
      detail: "redirects in a circle",
    });
    expect(await ask(board, { url: server.url.replace("update", "large") })).toMatchObject({
      error: -121,
      code: "HTTP_HEAD_TOO_LARGE",
    });
    expect(board.all("safe")).toEqual([]);
  });
});

test.concurrent("a server that stalls before its head, in it, and in the body", async () => {
  const behave =
    (image: Uint8Array): Behaviour =>
    (socket, head) => {
      if (head.startsWith("GET /silent")) return;
      if (head.startsWith("GET /half")) socket.write("HTTP/1.1 200 OK\r\nContent-Le");
      else if (isProbe(head)) socket.end(probe(image));
      else if (head.includes("Range:")) return;
      else {
        socket.write(whole(image));
        socket.write(image.subarray(0, 600));
      }
    };
  await harmless(behave, async ({ board, server }) => {
    for (const path of ["silent", "half"])
      expect(await ask(board, { url: server.url.replace("update", path) })).toMatchObject({
        error: -11,
        last: "-11 HTTP error: read Timeout",
      });
    expect(board.all("safe")).toEqual([]);
    const from = board.events.length;
    tellToAsk(board, { url: server.url });
    await board.wait("progress", {}, from);
    const answer = await board.hurry(board.wait("answer", {}, from));
    expect(answer["reply"]).toMatchObject({ error: 6 });
  });
});

async function withRig(use: (rig: Rig) => Promise<void>): Promise<void> {
  const rig = await startRig({ secrets: guarded });
  try {
    rig.put("puller.app", await puller("2.0.0"));
    await use(rig);
  } finally {
    await rig.stop();
  }
}

test.concurrent("a server whose database is gone: 503, and the board keeps what it has", async () => {
  await withRig(async (rig) => {
    await withAsking(await puller("1.0.0"), async (board) => {
      await rig.fleet.db.destroy();
      expect(await ask(board, { url: updateUrl(rig), everyMs: 10_000, jitter: 0 })).toMatchObject({
        error: -104,
        detail: "status 503",
      });
      const first = board.all("pull").at(-1);
      // Retry-After: 30 counts more than the interval, doubled.
      const second = await board.wait("pull", {}, first === undefined ? 0 : board.after(first));
      expect(second.t - (first?.t ?? 0)).toBeGreaterThanOrEqual(30_000);
      expect(board.all("safe")).toEqual([]);
    });
  });
});

test.concurrent("a download that breaks goes on where it broke off, and counts as one", async () => {
  await withRig(async (rig) => {
    const small = await puller("2.0.0");
    const code = Buffer.from(decodeBundle(small).payload).toString("latin1");
    rig.put("puller.app", remade(small, {}, `${code}/*${"-".repeat(12_000)}*/`));
    const flaky = await FaultyServer.start((socket, head) =>
      passOn(socket, head, rig.port, isProbe(head) ? undefined : 5000),
    );
    try {
      await withAsking(await puller("1.0.0"), async (board) => {
        tellToAsk(board, { url: flaky.url });
        expect(await board.wait("confirmed")).toMatchObject({ app: "puller@2.0.0" });
        const ranges = flaky.heads.map((head) => /Range: bytes=(\d+)-\r/.exec(head)?.[1]);
        const asked = ranges.filter((first) => first !== undefined).map(Number);
        expect(asked.length).toBeGreaterThan(1);
        expect([...asked].sort((one, other) => one - other)).toEqual(asked);
        expect(flaky.heads.at(-1)).toMatch(/If-Range: "[0-9a-f]{32}"/);
        // The valve was closed once for all of it.
        expect(board.all("safe")).toHaveLength(1);
        const [device] = await rig.fleet.devices();
        expect((await rig.fleet.offer(device?.mac ?? "", "app"))?.sends).toBeLessThanOrEqual(1);
      });
    } finally {
      await flaky.stop();
    }
  });
});

test.concurrent("power fails in the middle of the image: the old version starts, and the next poll updates", async () => {
  await withRig(async (rig) => {
    let stops = true;
    const slow = await FaultyServer.start((socket, head) => {
      const isImage = !isProbe(head) && stops;
      // The image stops half way, and its rest does not come.
      if (!(isImage && head.includes("Range:"))) passOn(socket, head, rig.port, isImage ? 700 : undefined);
    });
    try {
      await withAsking(await puller("1.0.0"), async (board) => {
        tellToAsk(board, { url: slow.url });
        const none = await board.wait("progress", { done: 0 });
        await board.wait("progress", {}, board.after(none));
        const from = board.powerCycle();
        stops = false;
        expect(await board.ready(from)).toMatchObject({ app: "puller@1.0.0", slot: "a" });
        await waters(board);
        await board.settled();
        tellToAsk(board, { url: slow.url });
        expect(await board.wait("confirmed", {}, from)).toMatchObject({ app: "puller@2.0.0", slot: "b" });
        expect(board.flash.violations).toBe(0);
      });
    } finally {
      await slow.stop();
    }
  });
});
