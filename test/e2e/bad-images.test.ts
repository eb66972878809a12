import { expect, test } from "vitest";
import { Engine } from "../../src/core/bundle/header.js";
import { agentOf, boardNamed, bundleOf, esp32, remade, witness } from "../support/test-bundles.js";
import { twistedLink } from "../support/twisted-link.js";
import { unharmed } from "../support/unharmed.js";

/** A copy with one byte changed. */
function flipped(bytes: Uint8Array, at: number): Uint8Array {
  const copy = bytes.slice();
  copy[at] ^= 0x10;
  return copy;
}

function withTail(bytes: Uint8Array, length: number): Uint8Array {
  const longer = new Uint8Array(bytes.length + length);
  longer.set(bytes);
  return longer;
}

const agentSlot = (esp32.espruino?.store.agentBlocks ?? 0) * esp32.blockLength;

/** Images whose MD5 is right all the way: only the board's own judgement can refuse them. */
const images: readonly (readonly [string, () => Promise<Uint8Array>, string, RegExp])[] = [
  [
    "for another engine",
    async () => remade(await witness("2.0.0"), { engine: Engine.DeviceScript }),
    "WRONG_ENGINE",
    /another engine/,
  ],
  [
    "for another board family",
    () => bundleOf("devs/blink", "sluice.json", undefined, boardNamed("esp32c3-devkit")),
    "WRONG_BOARD",
    /another board/,
  ],
  ["with a damaged header", async () => flipped(await witness("2.0.0"), 90), "CORRUPT_BUNDLE", /header/],
  ["with a damaged code", async () => flipped(await witness("2.0.0"), 700), "CORRUPT_BUNDLE", /SHA-256/],
  ["of an unknown kind", async () => remade(await witness("2.0.0"), { kind: 7 }), "CORRUPT_BUNDLE", /kind/],
  [
    "longer than its header says",
    async () => withTail(await witness("2.0.0"), 5),
    "CORRUPT_BUNDLE",
    /length/,
  ],
  [
    "shorter than its header says",
    async () => (await witness("2.0.0")).slice(0, -5),
    "CORRUPT_BUNDLE",
    /length/,
  ],
  [
    "that wants a newer agent",
    async () => remade(await witness("2.0.0"), { agentVersion: "99.0.0" }),
    "AGENT_TOO_OLD",
    /99\.0\.0/,
  ],
  ["that is no image at all", async () => new Uint8Array(3000).fill(0x41), "BAD_MAGIC_BYTE", /[Mm]agic/],
  ["of ten bytes", async () => new Uint8Array(10).fill(0xe9), "BAD_MAGIC_BYTE", /[Mm]agic/],
  [
    "of an agent larger than its slot",
    async () => remade(await agentOf(), {}, "x".repeat(agentSlot)),
    "NOT_ENOUGH_SPACE",
    /[Ss]pace/,
  ],
];

for (const [what, build, code, reason] of images)
  test.concurrent(`an image ${what} is refused after its safe state was kept`, async () => {
    await unharmed({ errors: [code] }, async ({ board }) => {
      const refused = await board.refused(await build());
      expect(refused).toMatchObject({ code });
      expect(refused.message).toMatch(reason);
    });
  });

test.concurrent("what cannot fit is refused before a valve moves", async () => {
  await unharmed({ errors: ["NOT_ENOUGH_SPACE"] }, async ({ board }) => {
    const refused = await board.refused(new Uint8Array(200_000));
    expect(refused).toMatchObject({ code: "NOT_ENOUGH_SPACE" });
    expect(board.all("valve").filter(({ state }) => state === "closing")).toEqual([]);
  });
});

test.concurrent("a filesystem image has no place here", async () => {
  await unharmed({ errors: ["UNKNOWN_COMMAND"] }, async ({ board }) => {
    expect(await board.refused(new Uint8Array(4096), { filesystem: true })).toMatchObject({
      code: "UNKNOWN_COMMAND",
    });
  });
});

test.concurrent("bytes that change on the way do not have the announced MD5", async () => {
  await unharmed({ errors: ["MD5_MISMATCH"] }, async ({ board }) => {
    const openLink = twistedLink((piece, before) => (before > 0 ? flipped(piece, 3) : piece));
    const refused = await board.refused(await witness("2.0.0"), { openLink, chunk: 300 });
    expect(refused).toMatchObject({ code: "MD5_MISMATCH" });
    expect(refused.message).toMatch(/expected: [0-9a-f]{32}, calculated: [0-9a-f]{32}/);
  });
});

test.concurrent("more bytes than were announced", async () => {
  await unharmed({ errors: ["BAD_SIZE"] }, async ({ board }) => {
    const image = await witness("2.0.0");
    const openLink = twistedLink((piece, before) =>
      before + piece.length === image.length ? withTail(piece, 10) : piece,
    );
    expect(await board.refused(image, { openLink })).toMatchObject({ code: "BAD_SIZE" });
  });
});

test.concurrent("an uploader that breaks off half-way", async () => {
  await unharmed({ errors: ["ABORTED"] }, async ({ board }) => {
    const cancel = new AbortController();
    // More than may be under way at once.
    const image = remade(await witness("2.0.0"), {}, "x".repeat(100_000));
    const refused = await board.refused(image, {
      signal: cancel.signal,
      onEvent: (event) => {
        if (event.event === "progress" && event.acknowledged > image.length / 3) cancel.abort();
      },
    });
    expect(refused).toMatchObject({ code: "UPLOAD_CANCELLED" });
    expect((await board.wait("error"))["text"]).toMatch(/closed at \d+ of \d+ bytes/);
  });
});
