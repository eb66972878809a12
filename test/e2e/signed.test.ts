import { beforeAll, expect, test } from "vitest";
import { makeFlash } from "../../src/board/board-flash.js";
import { trailerLength } from "../../src/core/bundle/trailer.js";
import { encodeBundle } from "../../src/espruino/build/encode-bundle.js";
import { chipImage } from "../../src/espruino/provision.js";
import { type KeyPair, type ReleaseTerms, signRelease } from "../../src/host/keys/sign-release.js";
import { guarded, sharedToken, startRig } from "../server/support/rig.js";
import { type GardenBoard, type GardenSetup, withBoard } from "../support/garden-board.js";
import { buildEsp32 } from "../support/images.js";
import { updateUrl, withAsking } from "../support/pull-board.js";
import { signedOnce, testKey } from "../support/signed-images.js";
import { agentNamed, agentOf, esp32, garden1, remade } from "../support/test-bundles.js";
import { withWeb } from "../support/web-board.js";

const password = "foxglove";
const owner = testKey("owner");
const second = testKey("second");
const stranger = testKey("stranger");

function hexOf({ publicKey }: KeyPair): string {
  return Buffer.from(publicKey).toString("hex");
}

const trust = [hexOf(owner)];

const firmware = (version: string) => buildEsp32({ project: "espruino", version, dromLength: 6000 });

/** The smallest application that is a garden, the same whatever the build makes: its signatures are kept. */
function garden(version = "2.0.0", name = "garden"): Uint8Array {
  const start = `(function(){require("sluice").ota.begin({hostname:"garden"});})();`;
  const code = new Uint8Array(Buffer.from(start.padEnd(6000, "/"), "latin1"));
  const fields = { kind: 1, engine: 1, family: 2, name, version, agentVersion: "", safePins: [] } as const;
  return encodeBundle({ ...fields, startLength: start.length }, code);
}

async function signAll() {
  const gardenOf = (version: string, terms: ReleaseTerms, keys = owner) =>
    signedOnce(garden(version), keys, terms);
  return {
    garden2: gardenOf("2.0.0", { counter: 2 }),
    strangers: gardenOf("2.0.0", { counter: 2 }, stranger),
    shed: signedOnce(garden("2.0.0", "shed"), owner, { counter: 9, recall: true }),
    introducing: gardenOf("2.0.0", { counter: 2, nextKey: second.publicKey }),
    introduced: gardenOf("3.0.0", { counter: 3 }, second),
    byIntroduced: gardenOf("4.0.0", { counter: 4 }, second),
    recall: gardenOf("1.9.0", { counter: 1, recall: true }),
    // Another one with each change of the agent.
    agent: signRelease(await agentNamed("9.0.0"), owner, { counter: 1 }),
    firmware30: signedOnce(firmware("2.30"), owner, { counter: 4 }),
    firmware31: signedOnce(firmware("2.31"), owner, { counter: 5 }),
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

/** A board that trusts the owner's key and has proved its garden 1.0.0. */
async function withTrust(use: (board: GardenBoard) => Promise<void>, more: Partial<GardenSetup> = {}) {
  await withBoard({ app: await garden1(), password, trust, ...more }, async (board) => {
    await board.ready();
    await board.settled();
    await use(board);
  });
}

/** A copy with one bit the other way. */
function flipped(image: Uint8Array, at: number): Uint8Array {
  const bytes = Uint8Array.from(image);
  bytes[at < 0 ? bytes.length + at : at] ^= 1;
  return bytes;
}

test.concurrent("a signed release is taken, all of it lies in the slot, and an unsigned one is refused before the first erase", () =>
  withTrust(async (board) => {
    const lift = board.protect("app", 1);
    expect(await board.refused(garden())).toMatchObject({ code: "NOT_SIGNED" });
    lift();
    const image = signed.garden2;
    expect(await board.update(image)).toMatchObject({ app: "garden@2.0.0", slot: "b" });
    expect(board.content("app", 1).subarray(0, image.length).equals(image)).toBe(true);
  }));

test.concurrent("one bit: in the code, in the head of the trailer, in the signature; what came is no image to the loader", () =>
  withTrust(async (board) => {
    const image = signed.garden2;
    const trailer = image.length - trailerLength;
    const starts = new Set<number>();
    board.flash.hook = () => {
      starts.add(board.content("app", 1)[0]);
      return undefined;
    };
    expect(await board.refused(flipped(image, 5000))).toMatchObject({ code: "BAD_SIGNATURE" });
    expect(await board.refused(flipped(image, trailer + 16))).toMatchObject({ code: "BAD_SIGNATURE" });
    expect(await board.refused(flipped(image, trailer + 8))).toMatchObject({ code: "KEY_UNKNOWN" });
    expect(await board.refused(flipped(image, trailer + 110))).toMatchObject({ code: "WRONG_RELEASE" });
    expect(await board.refused(flipped(image, trailer + 3))).toMatchObject({ code: "NOT_SIGNED" });
    expect(await board.refused(flipped(image, trailer + 5))).toMatchObject({ code: "NOT_SIGNED" });
    expect(await board.refused(flipped(image, -1))).toMatchObject({ code: "BAD_SIGNATURE" });
    expect(await board.refused(image.subarray(0, -1))).toMatchObject({ code: "CORRUPT_BUNDLE" });
    const twice = Buffer.concat([image, image.subarray(trailer)]);
    expect(await board.refused(twice)).toMatchObject({ code: "CORRUPT_BUNDLE" });
    expect([...starts]).toEqual([0xff]);
  }));

test.concurrent("a key that the board does not trust; another board's image; an expired one; another application, unless recalled", () =>
  withTrust(async (board) => {
    expect(await board.refused(signed.strangers)).toMatchObject({ code: "KEY_UNKNOWN" });
    const elsewhere = remade(garden(), { family: 3 });
    expect(
      await board.refused(Buffer.concat([elsewhere, signed.garden2.subarray(-trailerLength)])),
    ).toMatchObject({
      code: "WRONG_BOARD",
    });
    const expired = altered(signed.garden2, 24, 1_767_225_601);
    expect(await board.refused(expired)).toMatchObject({ code: "CLOCK_NOT_SET" });
    board.virtual.run("setTime(1767225700)", "test");
    expect(await board.refused(expired)).toMatchObject({ code: "RELEASE_EXPIRED" });
    expect(await board.refused(altered(signed.shed, 20, 0))).toMatchObject({
      code: "WRONG_RELEASE",
      message: expect.stringContaining("garden runs here, and this is shed"),
    });
    expect(await board.update(signed.shed)).toMatchObject({ app: "shed@2.0.0" });
  }));

test.concurrent("a key that came with a release signs the next ones; the counter that runs is the lowest, but for a recall", () =>
  withTrust(async (board) => {
    expect(await board.refused(signed.introduced)).toMatchObject({ code: "KEY_UNKNOWN" });
    await board.update(signed.introducing);
    expect(await board.update(signed.introduced)).toMatchObject({ app: "garden@3.0.0" });
    expect(await board.refused(signed.introducing)).toMatchObject({ code: "OLDER_RELEASE" });
    expect(await board.update(signed.byIntroduced)).toMatchObject({ app: "garden@4.0.0" });
    expect(await board.refused(signed.introduced)).toMatchObject({ code: "OLDER_RELEASE" });
    expect(await board.refused(altered(signed.recall, 20, 0))).toMatchObject({ code: "OLDER_RELEASE" });
    expect(await board.update(signed.recall)).toMatchObject({ app: "garden@1.9.0" });
  }));

test.concurrent("an agent", () =>
  withTrust(async (board) => {
    expect(await board.refused(await agentNamed("9.0.0"))).toMatchObject({ code: "NOT_SIGNED" });
    const from = board.events.length;
    await board.update(signed.agent);
    expect(board.all("boot", from)[0]).toMatchObject({ agent: "9.0.0" });
  }));

test.concurrent("firmware: unsigned, tampered with and older refused, signed taken, and the next one goes back", async () => {
  const app = await garden1();
  const content = await chipImage(esp32, {
    agent: await agentOf(),
    app,
    password,
    trust,
    firmware: firmware("2.29"),
  });
  await withTrust(
    async (board) => {
      expect(await board.refused(firmware("2.30"))).toMatchObject({ code: "NOT_SIGNED" });
      expect(await board.refused(flipped(signed.firmware30, 5000))).toMatchObject({
        code: "BAD_SIGNATURE",
      });
      let from = board.events.length;
      await board.upload(signed.firmware30);
      await board.wait("confirmed", {}, from);
      expect(board.all("firmware", from)[0]).toMatchObject({ slot: "ota_0", version: "2.30" });
      expect(await board.refused(altered(signed.firmware31, 16, 3))).toMatchObject({ code: "OLDER_RELEASE" });
      from = board.events.length;
      await board.upload(signed.firmware31);
      await board.wait("confirmed", {}, from);
      expect(board.all("firmware", from)[0]).toMatchObject({ slot: "factory", version: "2.31" });
    },
    { flash: makeFlash(esp32, content) },
  );
});

test.concurrent("a board without keys takes signed and unsigned ones", () =>
  withTrust(
    async (board) => {
      await board.update(signed.strangers);
      expect(await board.update(garden("2.1.0"))).toMatchObject({
        app: "garden@2.1.0",
      });
    },
    { trust: undefined },
  ));

test.concurrent("by the page", async () => {
  const app = await garden1();
  await withWeb(
    async (web) => {
      await web.garden.ready();
      await web.garden.settled();
      expect(await web.post(garden())).toMatchObject({
        status: 400,
        body: expect.stringContaining("ERROR[39]"),
      });
      await web.post(signed.garden2);
      expect(await web.garden.wait("confirmed", { app: "garden@2.0.0" })).toMatchObject({ slot: "b" });
    },
    app,
    trust,
  );
});

test.concurrent("by a poll, which finds nothing new once the signed release runs", async () => {
  const rig = await startRig({ secrets: guarded });
  try {
    const settings = { url: updateUrl(rig), token: sharedToken, everyMs: 10_000, jitter: 0 };
    await withAsking(
      await garden1(),
      async (board) => {
        rig.put("garden.app", garden());
        await board.wait("pull", { result: "FAILED" });
        await board.wait("error", { code: "NOT_SIGNED" });
        rig.put("garden.app", signed.garden2);
        const running = await board.wait("confirmed", { app: "garden@2.0.0" });
        await board.wait("pull", { result: "NO_UPDATES" }, board.after(running));
      },
      settings,
      trust,
    );
  } finally {
    await rig.stop();
  }
});
