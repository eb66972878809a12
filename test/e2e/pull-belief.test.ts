import { expect, test } from "vitest";
import { decodeBundle } from "../../src/espruino/build/encode-bundle.js";
import { md5 } from "../server/support/images.js";
import { type Behaviour, FaultyServer } from "../support/faulty-server.js";
import type { GardenBoard } from "../support/garden-board.js";
import { ask, tellToAsk, withAsking } from "../support/pull-board.js";
import { agentNamed, bundleOf, remade, witness } from "../support/test-bundles.js";
import { waters } from "../support/unharmed.js";

const puller = (version: string) => bundleOf("test/devs-fixtures/pull", "sluice.json", version);

/** A server that sends `image` as what it is not. */
function announcing(image: Uint8Array, version: string): Behaviour {
  const about = `x-MD5: ${md5(image)}\r\nx-version: ${version}\r\n\r\n`;
  return (socket, head) => {
    if (head.includes("Range: bytes=0-0\r\n")) {
      const range = `Content-Range: bytes 0-0/${image.length}\r\nContent-Length: 1\r\n`;
      socket.end(`HTTP/1.1 206 Partial Content\r\n${range}${about}S`);
    } else {
      socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${image.length}\r\n${about}`);
      socket.end(image);
    }
  };
}

/** A board that runs puller@5.0.0, before that server; whatever it answers, the board goes on with what it has. */
async function keeps(
  image: Uint8Array,
  options: Readonly<Record<string, unknown>>,
  check: (reply: Record<string, unknown>, board: GardenBoard) => void | Promise<void>,
): Promise<void> {
  const server = await FaultyServer.start(announcing(image, "9.9.9"));
  try {
    await withAsking(await puller("5.0.0"), async (board) => {
      const slots = [board.protect("app", 0), board.protect("agent", 0), board.protect("agent", 1)];
      const before = board.content("app", 1);
      await check(await ask(board, { url: server.url, ...options }), board);
      expect(board.content("app", 1).equals(before)).toBe(true);
      expect([...board.all("committed"), ...board.all("reset")]).toEqual([]);
      for (const lift of slots) lift();
      await waters(board);
    });
  } finally {
    await server.stop();
  }
}

test.concurrent("1.0.0, announced as 9.9.9, does not replace 5.0.0 where only newer ones are wanted", async () => {
  await keeps(await puller("1.0.0"), { newerOnly: true }, (reply) =>
    expect(reply).toMatchObject({ code: "WRONG_KIND", detail: "puller@1.0.0 is older than 5.0.0" }),
  );
});

test.concurrent("an application's poll takes no agent", async () => {
  await keeps(await agentNamed("9.9.9"), {}, (reply) =>
    expect(reply).toMatchObject({ code: "WRONG_KIND", detail: "an agent, but the poll is not for one" }),
  );
});

test.concurrent("an agent's poll takes no application", async () => {
  await keeps(await puller("9.9.9"), { mode: "agent" }, (reply) =>
    expect(reply).toMatchObject({
      code: "WRONG_KIND",
      detail: "an application, but the poll is for an agent",
    }),
  );
});

test.concurrent("another application comes only where the board was set up for it", async () => {
  const other = await witness("9.9.9");
  const { name } = decodeBundle(other).header;
  await keeps(other, {}, (reply) =>
    expect(reply).toMatchObject({ code: "WRONG_KIND", detail: `${name}, but the poll is for puller` }),
  );
  const server = await FaultyServer.start(announcing(other, "9.9.9"));
  try {
    await withAsking(await puller("5.0.0"), async (board) => {
      tellToAsk(board, { url: server.url, product: name });
      expect(await board.wait("confirmed")).toMatchObject({ app: `${name}@9.9.9` });
      expect(server.heads[0]).toContain(`x-Sluice-app: ${name}\r\n`);
    });
  } finally {
    await server.stop();
  }
});

test.concurrent("a dripping server holds the valves for a minute, however large an image it announces", async () => {
  const small = await puller("6.0.0");
  const code = Buffer.from(decodeBundle(small).payload).toString("latin1");
  const image = remade(small, {}, `${code}/*${"-".repeat(100_000)}*/`);
  let drip = async (_write: (bytes: Uint8Array) => boolean): Promise<void> => undefined;
  const send = announcing(image, "6.0.0");
  const server = await FaultyServer.start((socket, head, nth) => {
    if (head.includes("Range: bytes=0-0\r\n")) return send(socket, head, nth);
    const about = `x-MD5: ${md5(image)}\r\n\r\n`;
    socket.write(`HTTP/1.1 200 OK\r\nContent-Length: ${image.length}\r\n${about}`);
    void drip((bytes) => !socket.destroyed && socket.write(bytes));
  });
  try {
    await withAsking(await puller("5.0.0"), async (board) => {
      drip = async (write) => {
        for (let at = 0; write(image.subarray(at, at + 300)); at += 300) await board.lives(4000);
      };
      tellToAsk(board, { url: server.url });
      const safe = await board.wait("safe");
      const end = await board.wait("pull", {}, board.after(safe));
      expect(end).toMatchObject({ result: "FAILED", code: "STREAM_TIMEOUT" });
      expect(end.t - safe.t).toBeLessThan(75_000);
      await waters(board);
    });
  } finally {
    await server.stop();
  }
});
