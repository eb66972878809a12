import type { Socket } from "node:net";
import { expect, test } from "vitest";
import { md5Of } from "../support/core-bundle.js";
import { withBoard } from "../support/garden-board.js";
import { garden2, witness } from "../support/test-bundles.js";
import { twistedLink } from "../support/twisted-link.js";
import { password, unharmed } from "../support/unharmed.js";

/** No image, but long enough to be cut anywhere. */
const noise = new Uint8Array(3000).fill(0x53);

test.concurrent("a wrong password: told so, and the valve never moved", async () => {
  await unharmed({ errors: [] }, async ({ board }) => {
    const refused = await board.refused(await witness("2.0.0"), { password: "daisy" });
    expect(refused).toMatchObject({ code: "AUTH_FAILED", stage: "authentication" });
    expect(await board.refused(await witness("2.0.0"), { password: "" })).toMatchObject({
      code: "AUTH_FAILED",
    });
    expect(await board.refused(await witness("2.0.0"), { password: undefined })).toMatchObject({
      code: "PASSWORD_NEEDED",
    });
    expect(board.all("safe-state")).toEqual([]);
    expect(board.all("auth-failed")).toHaveLength(2);
  });
});

test.concurrent("guessing: after three wrong passwords the right one has to wait, too", async () => {
  await unharmed({ errors: [] }, async ({ board }) => {
    const image = await witness("2.0.0");
    for (let i = 0; i < 3; i++) await board.refused(image, { password: `guess ${i}` });
    const locked = await board.refused(image);
    expect(locked).toMatchObject({ code: "TOO_MANY_ATTEMPTS" });
    expect(locked.message).toMatch(/try again in \d+ s/);
  });
});

test.concurrent("an answer that was heard once opens nothing a second time", async () => {
  await unharmed({ errors: ["NO_DATA"] }, async ({ board, peer }) => {
    const heard = await peer.enter(noise.length, md5Of(noise), password);
    (await peer.connection()).destroy();
    await board.wait("error");
    // Without a challenge it is not even answered: the next word is that to the invitation.
    peer.say(heard);
    peer.invite(noise.length, md5Of(noise));
    expect(await peer.hear()).toMatch(/^AUTH [0-9a-f]{32}$/);
    peer.say(heard);
    expect(await peer.hear()).toBe("Authentication Failed");
    expect(board.all("authenticated")).toHaveLength(1);
  });
});

test.concurrent("garbage datagrams are passed over in silence", async () => {
  await unharmed({ errors: [] }, async ({ board, peer }) => {
    const garbage = [
      "",
      "\n",
      "hello",
      "0",
      "0 1 2",
      "0 x 100 00000000000000000000000000000000",
      "0 0 100 00000000000000000000000000000000",
      "0 70000 100 00000000000000000000000000000000",
      "0 5000 -1 00000000000000000000000000000000",
      "0 5000 99999999999 00000000000000000000000000000000",
      "0 5000 100 0000",
      "7 5000 100 00000000000000000000000000000000",
      "200 0000 0000",
      `200 ${"0".repeat(32)} ${"0".repeat(32)}`,
      `200 ${"g".repeat(32)} ${"0".repeat(32)}`,
      "\0".repeat(40),
      Buffer.from(Array.from({ length: 256 }, (_, i) => i)),
      "9".repeat(2000),
    ];
    for (const one of garbage) peer.say(one);
    peer.invite(noise.length, md5Of(noise));
    expect(await peer.hear()).toMatch(/^AUTH [0-9a-f]{32}$/);
    expect(board.all("invitation")).toHaveLength(1);
  });
});

test.concurrent("a peer that vanishes after its invitation, or after the challenge", async () => {
  await unharmed({ errors: [] }, async ({ board, peer }) => {
    peer.invite(noise.length, md5Of(noise));
    await peer.hear();
    expect(board.all("valve").filter(({ state }) => state === "closing")).toEqual([]);
  });
});

test.concurrent("a peer whose port does not answer when the board connects", async () => {
  await unharmed({ errors: ["CONNECT_FAILED"] }, async ({ board, peer }) => {
    // Port 1 of this computer: nothing listens there.
    await peer.enter(noise.length, md5Of(noise), password, 1);
    expect((await board.wait("error"))["text"]).toBe("no connection to 127.0.0.1:1");
  });
});

/** What a peer does with its connection, and what becomes of it. */
const endings: readonly (readonly [string, string, (socket: Socket) => void])[] = [
  ["closes at once", "NO_DATA", (socket) => socket.end()],
  ["resets at once", "NO_DATA", (socket) => socket.resetAndDestroy()],
  [
    "resets in the middle",
    "ABORTED",
    (socket) => {
      socket.once("data", () => socket.resetAndDestroy());
      socket.write(bundleHead());
    },
  ],
  [
    "closes in the middle",
    "ABORTED",
    (socket) => {
      socket.end(bundleHead());
    },
  ],
];

let image: Uint8Array = new Uint8Array();
const bundleHead = () => image.subarray(0, 600);

for (const [what, code, end] of endings)
  test.concurrent(`a peer that ${what}`, async () => {
    image = await garden2();
    await unharmed({ errors: [code] }, async ({ board, peer }) => {
      await peer.enter(image.length, md5Of(image), password);
      const socket = await peer.connection();
      await board.wait("connected");
      end(socket);
      expect(await board.wait("error")).toMatchObject({ code });
    });
  });

test.concurrent("a peer that is gone before the result: what its sender takes for failed never runs", async () => {
  await unharmed({ errors: ["ABORTED"] }, async ({ board, peer }) => {
    const sent = await garden2();
    await peer.enter(sent.length, md5Of(sent), password);
    const socket = await peer.connection();
    socket.write(sent);
    await board.wait("verified");
    socket.end();
    expect((await board.wait("error"))["text"]).toBe("connection closed before the result");
  });
});

test.concurrent("a peer that connects and says nothing is told why it is dropped", async () => {
  await unharmed({ errors: ["PEER_SILENT"] }, async ({ peer }) => {
    await peer.enter(noise.length, md5Of(noise), password);
    expect(await peer.rest(await peer.connection())).toBe("ERROR[24]: no data for 10000 ms\n");
  });
});

test.concurrent("a peer that falls silent in the middle", async () => {
  await unharmed({ errors: ["PEER_SILENT"] }, async ({ peer }) => {
    const sent = await garden2();
    await peer.enter(sent.length, md5Of(sent), password);
    const socket = await peer.connection();
    socket.write(sent.subarray(0, 500));
    expect(await peer.rest(socket)).toBe("500ERROR[24]: no data for 10000 ms\n");
  });
});

test.concurrent("a second upload during the first is refused and does the first no harm", async () => {
  await withBoard({ app: await witness(), password }, async (board) => {
    await board.ready();
    let letGo: () => void = () => undefined;
    const held = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const first = board.update(await witness("2.0.0"), { openLink: twistedLink((piece) => piece, held) });
    first.catch(() => undefined);
    await board.wait("connected");
    const second = await board.refused(await garden2()).finally(letGo);
    expect(second).toMatchObject({ code: "UPDATE_RUNNING" });
    expect(await first).toMatchObject({ app: "witness@2.0.0" });
  });
});

test.concurrent("a version on trial takes no other before it is confirmed", async () => {
  await withBoard({ app: await witness(), password }, async (board) => {
    await board.ready();
    await board.upload(await witness("2.0.0"));
    const trial = await board.wait("ready", { trial: true });
    const refused = await board.refused(await witness("3.0.0"));
    expect(refused).toMatchObject({ code: "ON_TRIAL" });
    expect(board.all("confirmed")).toEqual([]);
    await board.wait("confirmed", { app: trial["app"] });
    // Our uploader waits as long as the board requests and tries again.
    expect(await board.update(await witness("3.0.0"), { retries: 1 })).toMatchObject({ slot: "a" });
  });
});
