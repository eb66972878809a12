import { crc32 } from "node:zlib";
import { NorFlash } from "../../src/board/nor-flash.js";
import { appHeaderLength, Engine, parseAppHeader } from "../../src/core/bundle/header.js";
import { BundleSlots } from "../../src/core/bundle/slots.js";
import { BundleTarget } from "../../src/core/bundle/target.js";
import { isTrailer, judgeRelease, parseTrailer, trailerHeadLength } from "../../src/core/bundle/trailer.js";
import { clockIsSetFrom } from "../../src/core/policy/policy.js";
import { chooseBoot, type StartReason } from "../../src/core/update/boot.js";
import { type Errand, errandOf, stepAlone } from "../../src/core/update/errand.js";
import { Journal, JournalRecord } from "../../src/core/update/journal.js";
import { longestNote, Notes } from "../../src/core/update/notes.js";
import { bundleFieldFault, encodeBundle } from "../../src/espruino/build/encode-bundle.js";
import { nodeBytes } from "../../src/node/bytes.js";
import { nodeCrypto } from "../../src/node/crypto.js";
import { driveUpdate } from "../../src/prover/rig.js";
import {
  blankFlash,
  blockLength,
  portOn,
  smallLayout,
  type TestFlash,
} from "../../test/support/core-flash.js";
import { buildBundle } from "../../test/support/images.js";
import { bytesOf, Feed, latin1, must, mustEqual, type Target } from "../target.js";

/** The header with its CRC made right: without that hardly an input comes any further. */
function mended(input: Uint8Array): Uint8Array {
  const bundle = input.slice();
  if (bundle.length < appHeaderLength) return bundle;
  new DataView(bundle.buffer).setUint32(188, crc32(bundle.subarray(0, 188)), true);
  return bundle;
}

const bundles = (): Uint8Array[] => [
  buildBundle({ family: 0, payload: Buffer.from("print(1)") }),
  buildBundle({ family: 1, kind: 2, agentVersion: "1.0.0-rc.1+5", payload: Buffer.alloc(1500, 32) }),
];
const words = ["SLUA", "\x01\x01\x01\0", "1.2.3", "99.0.0", "garden", "\xff\xff\xff\xff", "\0\x01\0\0"];

/** The header by itself: what is read is written as the same. */
const header: Target = {
  name: "bundle-header",
  most: 400,
  words,
  seeds: bundles,
  run: (input) => {
    const bundle = mended(input);
    const read = parseAppHeader(nodeBytes, nodeCrypto.crc32, bundle.slice(0, appHeaderLength));
    if (typeof read === "string") return;
    must(read.safePins.length <= 16, `${read.safePins.length} safe pins`);
    must(read.name.length <= 24 && read.version.length <= 24, "a text that is too long");
    if (bundleFieldFault(read) !== undefined) return;
    const payload = new Uint8Array(3);
    const again = parseAppHeader(nodeBytes, nodeCrypto.crc32, encodeBundle(read, payload));
    if (typeof again === "string") throw new Error(again);
    const { payloadLength, payloadCrc, payloadSha256, startLength, ...fields } = again;
    mustEqual({ ...read, ...fields }, read, "the header reads otherwise");
  },
};

/** A board that runs app a and agent a, and takes any bundle. Nothing but the other slot and the journal is written. */
const install: Target = {
  name: "bundle-judge",
  most: 4096,
  words,
  seeds: bundles,
  run: (input) => {
    const bundle = mended(input);
    const { chip, flash } = blankFlash(smallLayout.blocks + 1);
    const journal = new Journal(nodeBytes, nodeCrypto, flash, smallLayout.journal);
    journal.open();
    journal.append(JournalRecord.Confirm);
    const notes = smallLayout.notes * blockLength;
    for (const place of [smallLayout.agent[0], smallLayout.app[0]])
      chip.protect(place * blockLength, (place + 1) * blockLength, "what runs");
    chip.protect(notes, notes + 2 * blockLength, "notes");
    chip.protect(smallLayout.blocks * blockLength, chip.end, "what is not Sluice's");
    const options = { engine: Engine.Espruino, family: 1, agentVersion: "1.2.0" };
    const target = new BundleTarget(nodeBytes, nodeCrypto, flash, smallLayout, journal, options);
    if (bundle.length === 0) return;
    const failed = driveUpdate([target], bundle, 1 + (bundle.length % 700));
    const state = new Journal(nodeBytes, nodeCrypto, flash, smallLayout.journal).open();
    const isNew = state.appTrial || state.agentTrial;
    must(isNew === (failed === undefined), "the journal and the result contradict each other");
    if (failed !== undefined) return;
    const slots = new BundleSlots(nodeBytes, nodeCrypto, flash, smallLayout, Engine.Espruino, 1);
    const found = state.appTrial ? slots.app(1) : slots.agent(1);
    must(found !== undefined, "what was committed is none");
    must(slots.isSound(state.appTrial ? smallLayout.app[1] : smallLayout.agent[1], found), "it is not sound");
  },
};

/** A store with any content in one block, as flash or the journal's own writes leave it. */
function storeOf(first: number, content: Uint8Array, at: number): TestFlash {
  const chip = new NorFlash({ size: smallLayout.blocks * blockLength, blockLength });
  chip.program(first * blockLength + at, content);
  chip.confine(first * blockLength, (first + 2) * blockLength, "its two blocks");
  return portOn(chip);
}

/** A journal over any flash. What it returns is what the next start reads, and all starts choose something that is sound. */
const journal: Target = {
  name: "update-journal",
  most: 120,
  words: ["SJ\0\0", "\x1e", "\x8f", "\x87", "\x5a", "\xff"],
  seeds: () => [
    Uint8Array.of(0, 0, 0, 1, 8, 3, 7, 15),
    Uint8Array.of(20, ...bytesOf("SJ\0\0\x01\0\0\0"), 0, 0, 5, 5, 5),
  ],
  run: (input) => {
    const feed = new Feed(input);
    const length = feed.byte();
    const at = feed.u16() % (2 * blockLength - 256);
    const content = feed.take(length);
    const { flash } = storeOf(smallLayout.journal, content, at);
    const one = new Journal(nodeBytes, nodeCrypto, flash, smallLayout.journal);
    one.open();
    while (!feed.isOver) {
      const step = feed.byte();
      if (step < 16) {
        if (!one.append(step)) continue;
      } else {
        const sound = feed.byte();
        const choice = chooseBoot(
          one,
          (step % 7) as StartReason,
          (slot) => ((sound >> slot) & 1) === 1,
          (slot) => ((sound >> (2 + slot)) & 1) === 1,
          () => ((sound >> 4) % 3) - 1,
        );
        must(choice.app === -1 || ((sound >> choice.app) & 1) === 1, "an application that is not sound");
        must(choice.agent === -1 || ((sound >> (2 + choice.agent)) & 1) === 1, "an agent that is not sound");
        must(choice.agent >= 0 || (sound & 12) === 0, "a sound agent is not started");
      }
      const again = new Journal(nodeBytes, nodeCrypto, flash, smallLayout.journal).open();
      mustEqual(again, one.current(), "the next start reads another state");
    }
  },
};

const errands: readonly Errand[] = [
  errandOf(
    { invitation: { command: 0, port: 1, size: 2, md5: "a", needsGap: true }, address: "1", port: 2 },
    undefined,
    { text: "", image: undefined, blocked: undefined },
    {},
  ),
  errandOf(
    undefined,
    { command: 0, size: 5, md5: "", from: "pull" },
    {
      text: "{}",
      image: { size: 5, md5: "b".repeat(32), sha256: "", version: "", etag: "", first: 0 },
      blocked: undefined,
    },
    {},
  ),
];

/** Notes over any flash: what was remembered last is what the next start recalls, and errands are taken once. */
const notes: Target = {
  name: "update-notes",
  most: 500,
  words: ["SN\0\0", "\x01", "\xff\xff"],
  seeds: () => [
    Uint8Array.of(0, 0, 0, 0, 3, 65, 66, 67, 1, 2, 0, 3, 68, 69, 70),
    Uint8Array.of(12, 0, 0, ...bytesOf("SN\0\0\x01\0\0\0abcd"), 0, 200, ...new Uint8Array(200).fill(65)),
  ],
  run: (input) => {
    const feed = new Feed(input);
    const length = feed.byte();
    const at = feed.u16() % (2 * blockLength - 256);
    const { flash } = storeOf(smallLayout.notes, feed.take(length), at);
    const one = new Notes(nodeBytes, nodeCrypto, flash, smallLayout.notes);
    one.open();
    while (!feed.isOver) {
      const step = feed.below(4);
      const before = [one.recall(), one.errand()];
      if (step === 0) {
        const text = latin1(feed.take(feed.byte() * 3));
        if (one.remember(text)) mustEqual(one.recall(), text, "another note");
        else mustEqual([one.recall(), one.errand()], before, "a note that is not kept");
        must(text.length <= longestNote || one.recall() !== text, "a note that is too long");
      } else if (step === 1) {
        const errand = JSON.stringify(errands[feed.below(errands.length)]);
        if (one.setErrand(errand))
          mustEqual([one.recall(), one.errand()], [before[0], errand], "another errand");
      } else if (step === 2) mustEqual(one.takeErrand(), before[1], "an errand that is not the last");
      const again = new Notes(nodeBytes, nodeCrypto, flash, smallLayout.notes);
      mustEqual(
        [again.open(), again.errand()],
        [one.recall(), one.errand()],
        "the next start reads another note",
      );
    }
    const alone = { hasBegun: false, until: 1000 };
    for (let now = 0; now < 2000; now += 500) stepAlone(alone, now, false, true);
  },
};

/** A trailer's head as a program: one that is refused for nothing names this image, is not older, and has not expired. */
const trailer: Target = {
  name: "bundle-trailer",
  most: 160,
  words: ["SLUS", "\x01\x01\0\0", "garden", "\x01\0\0\0", "\xff\xff\xff\xff", "\0\0\0\0"],
  seeds: () => {
    const head = Buffer.alloc(trailerHeadLength);
    head.write("SLUS\x01\x01", "latin1");
    head.writeUInt32LE(7, 16);
    head.writeUInt32LE(1000, 96);
    head.set([1, 2], 100);
    head.write("garden", 104);
    const expiring = Buffer.from(head);
    expiring.writeUInt32LE(clockIsSetFrom + 1000, 24);
    const shorter = head.subarray(0, head.length - 1);
    return [head, expiring, shorter];
  },
  run: (input) => {
    const release = parseTrailer(nodeBytes, input);
    must(typeof release !== "string" || !isTrailer(nodeBytes, input, -1), "a trailer that is none");
    if (typeof release === "string") return;
    must([0, 32].includes(release.nextKey.length) && release.digest.length === 32, "a key that is none");
    const image = { kind: 1, family: 2, name: "garden", length: 1000 };
    for (const wall of [0, clockIsSetFrom, clockIsSetFrom + 2000])
      for (const counter of [0, 8]) {
        const running = { ...release, counter };
        if (judgeRelease(release, image, running, "garden", wall) !== undefined) continue;
        const { kind, family, name, length } = release;
        mustEqual({ kind, family, name, length }, image, "another image");
        must(release.recall || release.counter >= counter, "an older release");
        must(
          release.notAfter === 0 || (wall >= clockIsSetFrom && wall <= release.notAfter),
          "an expired release",
        );
        must(
          release.recall || judgeRelease(release, image, running, "door", wall) !== undefined,
          "another application",
        );
      }
  },
};

export const updateTargets: readonly Target[] = [header, install, trailer, journal, notes];
