import { randomBytes } from "node:crypto";
import { once } from "node:events";
import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { linux } from "../../../boards/linux.js";
import { uploadImage } from "../../../src/host/index.js";
import { md5Of } from "../../support/core-bundle.js";
import { RoguePeer } from "../../support/rogue-peer.js";
import { boardOfEngine, EngineBoard, engine, password, plain } from "./engine-board.js";

const board = engine === "" ? linux : boardOfEngine();
const onEngine = test.skipIf(engine === "");

type Stage = (peer: RoguePeer, image: Uint8Array) => Promise<void>;

async function connected(peer: RoguePeer, image: Uint8Array): Promise<Socket> {
  await peer.enter(image.length, md5Of(image), password);
  return peer.connection();
}

async function sent(socket: Socket, bytes: Uint8Array): Promise<void> {
  await new Promise((done) => socket.write(bytes, done));
}

/** Where an uploader can be gone, and what the board makes of it; undefined: it has nothing to give up. */
const stages: readonly (readonly [string, string | undefined, Stage])[] = [
  [
    "after its invitation",
    undefined,
    async (peer, image) => {
      peer.invite(image.length, md5Of(image));
      await peer.hear();
    },
  ],
  [
    "before the board connects",
    "CONNECT_FAILED",
    async (peer, image) => {
      await peer.enter(image.length, md5Of(image), password, 9);
    },
  ],
  [
    "as soon as it is connected",
    "NO_DATA",
    async (peer, image) => void (await connected(peer, image)).destroy(),
  ],
  [
    "in the middle of the image, with a reset",
    "ABORTED",
    async (peer, image) => {
      const socket = await connected(peer, image);
      await sent(socket, image.subarray(0, image.length / 2));
      await once(socket, "data");
      socket.resetAndDestroy();
    },
  ],
  [
    "between the image and the result",
    "ABORTED",
    async (peer, image) => {
      const socket = await connected(peer, image);
      await sent(socket, image);
      await once(socket, "data");
      socket.destroy();
    },
  ],
];

onEngine("an uploader that is gone leaves a board that takes the next one, at whatever stage", async () => {
  const it = await EngineBoard.start(board, await plain(board, "1.0.0"));
  try {
    await it.wait("ready");
    const image = await plain(board, "2.0.0");
    for (const [when, code, vanish] of stages) {
      const from = it.events.length;
      const peer = await RoguePeer.open(it.target);
      try {
        await vanish(peer, image);
        if (code !== undefined) expect((await it.wait("error", {}, from))["code"], when).toBe(code);
      } finally {
        await peer.close();
      }
    }
    expect(it.events.filter(({ event }) => event === "restart")).toEqual([]);
    await uploadImage({ image, to: it.target, password });
    expect(await it.wait("confirmed")).toMatchObject({ app: "plain@2.0.0" });
  } finally {
    await it.stop();
  }
});

/** What no uploader sends, and what one sends at another time. */
function garbage(port: number): readonly (string | Uint8Array)[] {
  const digest = "a".repeat(32);
  return [
    ...["", "\n", "\0", "0", "0 ", `0 ${port}`, `0 ${port} 5`, `0 ${port} 5 `, `0 ${port} -5 ${digest}\n`],
    ...[
      `0 99999 5 ${digest}\n`,
      `7 ${port} 5 ${digest}\n`,
      `0 ${port} 4294967296 ${digest}\n`,
      `0 0 5 ${digest}\n`,
    ],
    ...[
      `200 ${digest} ${digest}\n`,
      `200 ${digest}\n`,
      `200 ${"a".repeat(400)}\n`,
      "OK",
      "AUTH",
      "ERR: no\n",
    ],
    ...[`0 ${port} 5 ${digest}\n`, "x".repeat(520), new Uint8Array(500).fill(0xff), randomBytes(300)],
  ];
}

onEngine("garbage, and other people's invitations, while an image comes", async () => {
  const it = await EngineBoard.start(board, await plain(board, "1.0.0"));
  const other = await RoguePeer.open(it.target);
  const peer = await RoguePeer.open(it.target);
  try {
    await it.wait("ready");
    const image = await plain(board, "2.0.0");
    const socket = await connected(peer, image);
    const all = garbage(other.port);
    for (const [nth, datagram] of all.entries()) {
      other.say(datagram);
      const at = (of: number) => Math.floor((of * image.length) / all.length);
      await sent(socket, image.subarray(at(nth), at(nth + 1)));
    }
    expect(await peer.rest(socket)).toMatch(/^\d+OK$/);
    expect(await it.wait("confirmed")).toMatchObject({ app: "plain@2.0.0" });
  } finally {
    await Promise.all([peer.close(), other.close()]);
    await it.stop();
  }
});

onEngine("of two uploads at once the first goes on, and the second's sender is told why not", async () => {
  const it = await EngineBoard.start(board, await plain(board, "1.0.0"));
  const [first, second] = await Promise.all([RoguePeer.open(it.target), RoguePeer.open(it.target)]);
  try {
    await it.wait("ready");
    const image = await plain(board, "2.0.0");
    // Both are challenged before either answers.
    first.invite(image.length, md5Of(image));
    const nonce = (await first.hear()).slice("AUTH ".length);
    second.invite(image.length, md5Of("another"));
    expect(await second.hear()).toMatch(/^AUTH [0-9a-f]{32}$/);
    first.say(first.answer(nonce, password));
    expect(await first.hear()).toBe("OK");
    const socket = await first.connection();
    await sent(socket, image.subarray(0, image.length / 2));
    second.invite(image.length, md5Of("another"));
    expect(await second.hear()).toMatch(/^ERR: .*running/i);
    await sent(socket, image.subarray(image.length / 2));
    expect(await first.rest(socket)).toMatch(/^\d+OK$/);
    expect(await it.wait("confirmed")).toMatchObject({ app: "plain@2.0.0" });
  } finally {
    await Promise.all([first.close(), second.close()]);
    await it.stop();
  }
});
