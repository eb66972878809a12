import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { appHeaderLength, BundleKind, Engine } from "../../../src/core/bundle/header.js";
import { BundleTarget } from "../../../src/core/bundle/target.js";
import { FaultNumber } from "../../../src/core/errors.js";
import type { Crypto, Flash } from "../../../src/core/ports.js";
import { Journal, JournalRecord } from "../../../src/core/update/journal.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { nodeCrypto } from "../../../src/node/crypto.js";
import { pieces } from "../../support/core-bundle.js";
import { blankFlash, blockLength, smallLayout, type TestFlash } from "../../support/core-flash.js";
import { type BundleSpec, buildBundle } from "../../support/images.js";

const family = 1;
/** For any family of boards. */
const bundle = (wanted: BundleSpec = {}) => buildBundle({ family: 0, version: "2.0.0", ...wanted });
let test: TestFlash;
let journal: Journal;
let target: BundleTarget;

/** A board on which app a and agent a run, and are confirmed. */
beforeEach(() => {
  test = blankFlash(smallLayout.blocks + 1);
  journal = new Journal(nodeBytes, nodeCrypto, test.flash, smallLayout.journal);
  journal.open();
  journal.append(JournalRecord.Confirm);
  target = makeTarget();
});

function makeTarget(crypto: Crypto = nodeCrypto, flash: Flash = test.flash): BundleTarget {
  const options = { engine: Engine.Espruino, family, agentVersion: "1.2.0" };
  return new BundleTarget(nodeBytes, crypto, flash, smallLayout, journal, options);
}

function judge(image: Uint8Array, size = image.length) {
  return target.judge(image.slice(0, appHeaderLength), size);
}

function store(image: Uint8Array): void {
  expect(judge(image)).toBeUndefined();
  for (const piece of pieces(image, 536)) expect(target.write(piece)).toBeUndefined();
}

function slotStart(block: number): number {
  return block * blockLength;
}

const appB = slotStart(smallLayout.app[1]);
const oversize = (blocks: number) => new Uint8Array(blocks * blockLength - appHeaderLength + 1);

/** Header with one byte changed. */
function damaged(at: number): Uint8Array {
  const image = bundle();
  image[at] ^= 1;
  return image;
}

describe("what is refused before anything is erased or written", () => {
  it.each<[string, Uint8Array | BundleSpec, number, string]>([
    ["another engine", { engine: Engine.DeviceScript }, FaultNumber.WrongEngine, "another engine"],
    ["another board", { family: 2 }, FaultNumber.WrongBoard, "another board"],
    ["an unknown kind", { kind: 7 }, FaultNumber.CorruptBundle, "unknown kind"],
    ["a damaged header", damaged(60), FaultNumber.CorruptBundle, "header is corrupt"],
    ["another format", damaged(4), FaultNumber.CorruptBundle, "format 0 is not known"],
    ["no code", { payload: new Uint8Array(0) }, FaultNumber.CorruptBundle, "length is not"],
    ["a newer agent needed", { agentVersion: "1.3.0" }, FaultNumber.AgentTooOld, "agent 1.3.0 needed"],
    ["an app larger than its slot", { payload: oversize(3) }, FaultNumber.Space, "Not Enough Space"],
    [
      "an agent larger than its slot",
      { kind: BundleKind.Agent, payload: oversize(2) },
      FaultNumber.Space,
      "Not Enough Space",
    ],
  ])("%s", (_name, wanted, number, text) => {
    const image = wanted instanceof Uint8Array ? wanted : bundle(wanted);
    const before = test.chip.operations;
    const refused = judge(image);
    expect([refused?.number, refused?.text]).toEqual([number, expect.stringContaining(text)]);
    expect(test.chip.operations).toBe(before);
    expect(target.commit()?.number).toBe(FaultNumber.Commit);
    expect(target.describe()).toBe("");
  });

  it.each([-1, 1, 4096])("a length that is not the header's, by %i", (difference) => {
    const image = bundle();
    expect(judge(image, image.length + difference)?.number).toBe(FaultNumber.CorruptBundle);
    expect(judge(image)).toBeUndefined();
  });

  it.each([
    ["app", JournalRecord.AppB],
    ["agent", JournalRecord.AgentB],
  ])("anything while the %s is on trial: the other slot is what it returns to", (_name, record) => {
    journal.append(record);
    expect(judge(bundle())?.number).toBe(FaultNumber.OnTrial);
    expect(judge(bundle({ kind: BundleKind.Agent }))?.number).toBe(FaultNumber.OnTrial);
    journal.append(JournalRecord.Confirm);
    expect(judge(bundle())).toBeUndefined();
  });

  it("what is no bundle, and other commands, are not its business", () => {
    expect(target.recognises(bundle(), 0)).toBe(true);
    expect(target.recognises(bundle(), 100)).toBe(false);
    expect(target.recognises(Uint8Array.of(0xe9, 1, 2, 3), 0)).toBe(false);
    expect(target.recognises(new Uint8Array(0), 0)).toBe(false);
    expect(target.capacity(0)).toBe(3 * blockLength);
    expect(target.capacity(100)).toBe(0);
  });

  it("refuses any damaged header", () => {
    fc.assert(
      fc.property(fc.nat(191), fc.integer({ min: 1, max: 255 }), (at, bits) => {
        const image = bundle();
        image[at] ^= bits;
        expect(judge(image)).toBeDefined();
      }),
    );
  });
});

describe("what is taken", () => {
  it.each<[string, BundleSpec]>([
    ["for this engine on any board", { family: 0 }],
    ["for this board", { family }],
    ["for just this agent", { agentVersion: "1.2.0" }],
    ["that fills its slot", { payload: oversize(3).slice(1) }],
  ])("an app %s", (_name, wanted) => {
    store(bundle(wanted));
    expect(target.verify("", "")).toBeUndefined();
    expect(target.describe()).toBe("garden@2.0.0");
  });

  it.each([
    ["app", BundleKind.App, 0, smallLayout.app[1]],
    ["app", BundleKind.App, 1, smallLayout.app[0]],
    ["agent", BundleKind.Agent, 0, smallLayout.agent[1]],
    ["agent", BundleKind.Agent, 1, smallLayout.agent[0]],
  ])(
    "an %s (kind %i) goes to the slot that does not run, when %i runs, and only there",
    (_name, kind, running, block) => {
      if (running === 1) {
        journal.append(kind === BundleKind.App ? JournalRecord.AppB : JournalRecord.AgentB);
        journal.append(JournalRecord.Confirm);
      }
      const blocks = kind === BundleKind.App ? 3 : 2;
      test.chip.confine(slotStart(block), slotStart(block + blocks), "the slot");
      const image = bundle({ kind });
      store(image);
      expect(target.verify("", "")).toBeUndefined();
      expect(test.chip.read(slotStart(block), image.length)).toEqual(image);
    },
  );
});

describe("verify", () => {
  it("notices another version's header before the same code: its CRC-32 is that of every whole header", () => {
    const [sent, old] = [bundle({ version: "3.0.0" }), bundle({ version: "4.0.0" })];
    const crcOf = (image: Uint8Array) => nodeCrypto.crc32(image.slice(0, appHeaderLength));
    expect(crcOf(sent)).toBe(crcOf(old));
    store(old);
    // Flash in which nothing arrives any more.
    const flash = { ...test.flash, write: () => undefined, eraseBlock: () => undefined };
    target = makeTarget(nodeCrypto, flash);
    store(sent);
    expect(target.verify("", "")).toMatchObject({ number: FaultNumber.Verify });
  });

  it("notices any bit that reads back otherwise", () => {
    const image = bundle({ payload: Buffer.from("print('hello')".repeat(20)) });
    store(image);
    const stored = test.chip.fork();
    const writable = [...image.keys()].filter((at) => image[at] !== 0);
    fc.assert(
      fc.property(fc.constantFrom(...writable), (at) => {
        // A cell that lost its charge reads 0.
        const flash = { ...test.flash, read: (length: number, offset: number) => worn.read(offset, length) };
        const worn = stored.fork();
        worn.program(appB + at, Uint8Array.of(image[at] & (image[at] - 1)));
        target = makeTarget(nodeCrypto, flash);
        judge(image);
        expect(target.verify("", ""), `byte ${at}`).toBeDefined();
        expect([FaultNumber.Verify, FaultNumber.CorruptBundle]).toContain(target.verify("", "")?.number);
      }),
      { numRuns: 300 },
    );
  });

  it("notices a bit in the room for the signature", () => {
    const image = bundle();
    image.fill(0xff, 192, 256);
    store(image);
    test.chip.program(appB + 200, Uint8Array.of(0x7f));
    expect(target.verify("", "")).toMatchObject({
      number: FaultNumber.Verify,
      text: "header read back differs",
    });
  });

  it("notices code that the header's SHA-256 does not fit, and its CRC where the runtime has no other", () => {
    const image = bundle();
    image[400] ^= 4;
    store(image);
    expect(target.verify("", "")).toMatchObject({
      number: FaultNumber.CorruptBundle,
      text: "bundle SHA-256 is wrong",
    });
    target = makeTarget({ md5: nodeCrypto.md5, crc32: nodeCrypto.crc32 });
    store(image);
    expect(target.verify("", "")).toMatchObject({ text: "bundle CRC-32 is wrong" });
  });

  it("notices a CRC that the loader would refuse, though the SHA-256 is right", () => {
    const image = bundle();
    image[16] ^= 1;
    const crc = nodeCrypto.crc32(image.slice(0, 188));
    new DataView(image.buffer, image.byteOffset).setUint32(188, crc, true);
    store(image);
    expect(target.verify("", "")).toMatchObject({ text: "bundle CRC-32 is wrong" });
  });

  it("does without SHA-256 where the runtime has none", () => {
    target = makeTarget({ md5: nodeCrypto.md5, crc32: nodeCrypto.crc32 });
    store(bundle());
    expect(target.verify("", "")).toBeUndefined();
  });

  it("reports a chip that does not read, and that nothing was judged", () => {
    expect(makeTarget().verify("", "")?.number).toBe(FaultNumber.CorruptBundle);
    const read = () => {
      throw new Error("flash read");
    };
    const broken = makeTarget(nodeCrypto, { ...test.flash, read });
    broken.judge(bundle().slice(0, appHeaderLength), bundle().length);
    expect(broken.verify("", "")?.number).toBe(FaultNumber.Read);
  });
});

describe("commit", () => {
  it("writes exactly one byte, in the journal", () => {
    store(bundle());
    expect(target.verify("", "")).toBeUndefined();
    const writes: number[] = [];
    test.chip.hook = ({ kind, address, length }) => {
      writes.push(kind === "program" ? length : -1);
      expect(Math.floor(address / blockLength)).toBe(smallLayout.journal);
      return undefined;
    };
    expect(journal.current()).toMatchObject({ app: 0, appTrial: false });
    expect(target.commit()).toBeUndefined();
    expect(writes).toEqual([1]);
    expect(journal.open()).toMatchObject({ app: 1, appTrial: true });
  });

  it("of an agent does not touch the app", () => {
    store(bundle({ kind: BundleKind.Agent, name: "agent", version: "1.3.0" }));
    expect(target.verify("", "")).toBeUndefined();
    expect(target.commit()).toBeUndefined();
    expect(journal.open()).toMatchObject({ app: 0, appTrial: false, agent: 1, agentTrial: true });
    expect(target.describe()).toBe("agent@1.3.0");
  });

  it("reports a journal that does not take it", () => {
    store(bundle());
    test.chip.protect(0, test.chip.end, "a dead chip");
    expect(target.commit()?.number).toBe(FaultNumber.Commit);
    expect(journal.open()).toMatchObject({ app: 0, appTrial: false });
  });
});
