import { beforeAll, expect, test } from "vitest";
import { trailerLength } from "../../src/core/bundle/trailer.js";
import {
  type KeyPair,
  newKeyPair,
  type ReleaseTerms,
  signRelease,
} from "../../src/host/keys/sign-release.js";
import { guarded, sharedToken, startRig } from "../server/support/rig.js";
import { type GardenBoard, withBoard } from "../support/garden-board.js";
import { buildLittleFs } from "../support/images.js";
import { ask, updateUrl, withAsking } from "../support/pull-board.js";
import { agentNamed, bundleOf, garden1, garden2, remade } from "../support/test-bundles.js";
import { withWeb } from "../support/web-board.js";

const password = "foxglove";
const owner = newKeyPair();
const second = newKeyPair();
const trust = [Buffer.from(owner.publicKey).toString("hex")];

/** Each takes seconds, in which boards would stand still. */
async function signAll() {
  const garden = await garden2();
  const gardenOf = (version: string, terms: ReleaseTerms, keys: KeyPair = owner) =>
    signRelease(remade(garden, { version }), keys, terms);
  return {
    introducing: gardenOf("2.0.0", { counter: 2, nextKey: second.publicKey }),
    introduced: gardenOf("3.0.0", { counter: 3 }, second),
    revoking: gardenOf("4.0.0", { counter: 4 }),
    agentIntroducing: signRelease(await agentNamed("9.0.0"), owner, {
      counter: 1,
      nextKey: second.publicKey,
    }),
  };
}

let signed: Awaited<ReturnType<typeof signAll>>;
beforeAll(async () => {
  signed = await signAll();
}, 600_000);

/** With another number in the trailer; boards look at it before they look at the signature. */
function altered(image: Uint8Array, at: number, value: number): Uint8Array {
  const bytes = Buffer.from(image);
  bytes.writeUInt32LE(value, bytes.length - trailerLength + at);
  return bytes;
}

async function withTrust(use: (board: GardenBoard) => Promise<void>) {
  await withBoard({ app: await garden1(), password, trust }, async (board) => {
    await board.ready();
    await board.settled();
    await use(board);
  });
}

test.concurrent("two signatures, half of one, one of another application, one of another board's image: refused, nothing committed", () =>
  withTrust(async (board) => {
    const release = signed.introducing;
    const end = release.length - trailerLength;
    const [image, trailer] = [release.subarray(0, end), release.subarray(end)];
    const other = signed.introduced.subarray(-trailerLength);
    const elsewhere = remade(image, { family: 3 });
    const named = remade(image, { name: "shed" });
    const wrong: [string, Uint8Array][] = [
      ["CORRUPT_BUNDLE", Buffer.concat([release, trailer])],
      ["CORRUPT_BUNDLE", Buffer.concat([release, other])],
      ["CORRUPT_BUNDLE", release.subarray(0, end + 128)],
      ["CORRUPT_BUNDLE", release.subarray(0, -1)],
      ["WRONG_BOARD", Buffer.concat([elsewhere, trailer])],
      ["WRONG_RELEASE", Buffer.concat([named, trailer])],
      ["KEY_UNKNOWN", Buffer.concat([image, other])],
      ["BAD_SIGNATURE", Buffer.concat([remade(image, { version: "2.0.1" }), trailer])],
    ];
    for (const [code, sent] of wrong) expect(await board.refused(sent), code).toMatchObject({ code });
    expect([...board.all("committed"), ...board.all("reset")]).toEqual([]);
  }));

test.concurrent("filesystems have no way in, signed or not: push, page, poll", async () => {
  const data = buildLittleFs();
  await withTrust(async (board) => {
    expect(await board.refused(data, { filesystem: true })).toMatchObject({ code: "UNKNOWN_COMMAND" });
    expect(await board.refused(data)).toMatchObject({ code: "BAD_MAGIC_BYTE" });
    expect(await board.refused(signed.introducing, { filesystem: true })).toMatchObject({
      code: "UNKNOWN_COMMAND",
    });
  });
  await withWeb(
    async (web) => {
      await web.garden.ready();
      for (const image of [data, signed.introducing])
        expect(await web.post(image, { path: "/update?kind=filesystem" })).toMatchObject({ status: 415 });
      expect(web.garden.all("committed")).toEqual([]);
    },
    await garden1(),
    trust,
  );
  const rig = await startRig({ secrets: guarded });
  try {
    rig.put("puller-9.0.0.littlefs", data);
    const puller = await bundleOf("test/devs-fixtures/pull", "sluice.json", "5.0.0");
    const poll = async (board: GardenBoard) => {
      const answer = await ask(board, { url: updateUrl(rig), mode: "littlefs", product: "puller" });
      expect(answer).toMatchObject({ result: "FAILED", code: "UNKNOWN_COMMAND" });
      expect(board.all("committed")).toEqual([]);
    };
    await withAsking(puller, poll, undefined, trust);
  } finally {
    await rig.stop();
  }
});

test.concurrent("a key that came by the page signs what the page brings, until a release without it runs", async () => {
  await withWeb(
    async (web) => {
      const { garden } = web;
      await garden.ready();
      await garden.settled();
      const taken = async (image: Uint8Array, app: string) => {
        const from = garden.events.length;
        await web.post(image);
        await garden.wait("confirmed", { app }, from);
      };
      const refused = { status: 400, body: expect.stringContaining("ERROR[40]") };
      expect(await web.post(signed.introduced)).toMatchObject(refused);
      await taken(signed.introducing, "garden@2.0.0");
      await taken(signed.introduced, "garden@3.0.0");
      await taken(signed.revoking, "garden@4.0.0");
      expect(await web.post(altered(signed.introduced, 16, 5))).toMatchObject(refused);
    },
    await garden1(),
    trust,
  );
});

test.concurrent("a key that came by a poll signs what polls bring, until a release without it runs", async () => {
  const rig = await startRig({ secrets: guarded });
  try {
    const settings = { url: updateUrl(rig), token: sharedToken, everyMs: 10_000, jitter: 0 };
    rig.put("garden.app", signed.introducing);
    await withAsking(
      await garden1(),
      async (board) => {
        let before = await board.wait("confirmed", { app: "garden@2.0.0" });
        rig.put("garden.app", signed.introduced);
        before = await board.wait("confirmed", { app: "garden@3.0.0" }, board.after(before));
        rig.put("garden.app", signed.revoking);
        before = await board.wait("confirmed", { app: "garden@4.0.0" }, board.after(before));
        const trailer = altered(signed.introduced, 16, 5).subarray(-trailerLength);
        rig.put("garden.app", Buffer.concat([remade(await garden2(), { version: "5.0.0" }), trailer]));
        await board.wait("error", { code: "KEY_UNKNOWN" }, board.after(before));
      },
      settings,
      trust,
    );
  } finally {
    await rig.stop();
  }
});

test.concurrent("a key that the agent brought signs applications as well", () =>
  withTrust(async (board) => {
    expect(await board.refused(signed.introduced)).toMatchObject({ code: "KEY_UNKNOWN" });
    await board.update(signed.agentIntroducing);
    expect(await board.update(signed.introduced)).toMatchObject({ app: "garden@3.0.0" });
  }));
