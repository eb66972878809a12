import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { type Fault, FaultNumber, fault, faultLine } from "../../../src/core/errors.js";
import { receivingOf } from "../../../src/core/update/image-receiver.js";
import { SafeState } from "../../../src/core/update/safe-state.js";
import type { Target } from "../../../src/core/update/target.js";
import { Update, UpdatePhase } from "../../../src/core/update/update.js";
import { nodeBlocks } from "../../../src/node/bytes.js";
import { nodeCrypto } from "../../../src/node/crypto.js";
import { md5Of, pieces } from "../../support/core-bundle.js";
import { flashBroken, image, offerOf, RunBench, runBlock } from "../../support/core-run.js";
import { TestTarget } from "../../support/core-target.js";

let bench = new RunBench();

beforeEach(() => {
  bench = new RunBench();
});

function begin(change: { size?: number; md5?: string; sha256?: string; command?: number } = {}): void {
  expect(bench.run.begin(0, { ...offerOf(), ...change })).toBeUndefined();
  expect(bench.run.open()).toBeUndefined();
}

/** All of `bytes`, announced as they are. */
function send(bytes: Uint8Array, chunk = 100): void {
  begin({ size: bytes.length, md5: md5Of(bytes) });
  for (const piece of pieces(bytes, chunk)) expect(bench.run.write(piece)).toBeUndefined();
}

/** It ended with this, and nothing of it can be committed any more. */
function endedWith(number: number, why: Fault | undefined): void {
  expect([why?.number, bench.run.phase]).toEqual([number, UpdatePhase.Idle]);
  expect(bench.errors.at(-1)).toBe(`error ${number}`);
  expect(bench.run.write(image)?.number).toBe(FaultNumber.Aborted);
  expect(bench.run.verify()?.number).toBe(FaultNumber.Aborted);
  expect(bench.run.commit(0)?.number).toBe(FaultNumber.Aborted);
  expect(bench.target.calls).not.toContain("commit");
}

describe("the target", () => {
  it("sees the head, then everything, then is asked to verify and to commit, each once", () => {
    begin({ md5: md5Of(image).toUpperCase() });
    bench.run.write(image.slice(0, 300));
    bench.run.write(image.slice(300));
    expect(bench.target.calls).toEqual([`judge ${runBlock} of 1000`]);
    expect(bench.run.verify()).toBeUndefined();
    expect(bench.events.at(-1)).toEqual({ event: "verified", image: "garden@2.0.0", md5: md5Of(image) });
    expect(bench.target.calls.slice(1)).toEqual(["verify"]);
    expect(bench.run.commit(0)).toBeUndefined();
    expect(bench.run.commit(0)?.number).toBe(FaultNumber.Aborted);
    expect(bench.target.calls.slice(1)).toEqual(["verify", "commit"]);
    expect(bench.target.bytes).toEqual(image);
    expect(bench.errors).toEqual([]);
  });

  it("judges the head as soon as it has come, before the block is full, and is given nothing until then", () => {
    begin();
    bench.run.write(image.slice(0, 15));
    expect(bench.target.calls).toEqual([]);
    bench.run.write(image.slice(15, 16));
    expect(bench.target.calls).toEqual(["judge 16 of 1000"]);
    bench.run.write(image.slice(16, runBlock - 1));
    expect(bench.target.taken).toEqual([]);
    bench.run.write(image.slice(runBlock - 1, runBlock));
    expect(bench.target.taken).toEqual([image.slice(0, runBlock)]);
  });

  it("gets the image in whole blocks and what remains, in order, however it comes, and sees no less than a head", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 400 }),
        fc.nat(60),
        fc.integer({ min: 1, max: 90 }),
        fc.constantFrom(64, 128, 512),
        (data, head, chunk, blockLength) => {
          const target = new TestTarget();
          target.headLength = head;
          const run = new Update({
            ...receivingOf(nodeBlocks(blockLength), nodeCrypto, [target]),
            safe: new SafeState(),
            policy: () => undefined,
            notify: () => undefined,
          });
          run.begin(0, offerOf(data));
          run.open();
          for (const piece of pieces(data, chunk)) expect(run.write(piece)).toBeUndefined();
          expect(run.verify()).toBeUndefined();
          expect(run.commit(0)).toBeUndefined();
          expect(Buffer.compare(target.bytes, data)).toBe(0);
          expect(target.calls).toHaveLength(3);
          const shown = Number(target.calls[0].split(" ")[1]);
          expect(shown).toBeGreaterThanOrEqual(Math.min(head, data.length));
          expect(target.taken).toEqual(pieces(data, blockLength));
        },
      ),
    );
  });

  it("judges a block that is shorter than a head, when it is full", () => {
    bench.target.headLength = 2 * runBlock;
    begin();
    bench.run.write(image.slice(0, runBlock));
    expect(bench.target.calls).toEqual([`judge ${runBlock} of 1000`]);
    expect(bench.target.taken).toEqual([image.slice(0, runBlock)]);
  });

  it("takes an image that fills its room, and none that is a byte longer", () => {
    bench.target.room = 1000;
    send(image);
    expect(bench.run.verify()).toBeUndefined();
    bench = new RunBench();
    bench.target.room = 999;
    expect(bench.run.begin(0, offerOf())?.number).toBe(FaultNumber.Space);
  });

  it("judges an image that is shorter than a head", () => {
    send(image.slice(0, 5));
    expect(bench.run.verify()).toBeUndefined();
    expect(bench.target.calls).toEqual(["judge 5 of 5", "verify"]);
    expect(bench.target.bytes).toEqual(image.slice(0, 5));
  });

  it("gets the next image after one that was committed", () => {
    send(image);
    bench.run.verify();
    bench.run.commit(0);
    bench.run.finish(false);
    send(image.slice(0, 50));
    expect(bench.run.verify()).toBeUndefined();
    expect(bench.events.at(-1)).toMatchObject({ md5: md5Of(image.slice(0, 50)) });
  });
});

describe("the first bytes choose among several targets", () => {
  const first = (byte: number) => Uint8Array.from(image, (value, i) => (i === 0 ? byte : value));

  function among(...others: Target[]): void {
    bench = new RunBench({}, new TestTarget(), others);
  }

  it("each with its own room, and each sees the longest head", () => {
    const app = new TestTarget();
    app.magic = 0x53;
    app.room = 500;
    among(app);
    bench.target.magic = 0xe9;
    bench.target.headLength = 64;
    expect(bench.capacity(0)).toBe(10_000_000);
    send(first(0xe9), 10);
    expect(bench.run.verify()).toBeUndefined();
    expect([app.calls, bench.target.calls[0]]).toEqual([[], "judge 70 of 1000"]);
    bench.run.commit(0);
    bench.run.finish(false);
    bench.target.calls.length = 0;
    begin({ md5: md5Of(first(0x53)) });
    endedWith(FaultNumber.Space, bench.run.write(first(0x53)));
    expect([app.calls, bench.target.calls]).toEqual([[], []]);
  });

  it("of those that take the command", () => {
    const files = new TestTarget();
    files.commands = [100];
    files.headLength = 4096;
    among(files);
    expect(bench.capacity(100)).toBe(10_000_000);
    send(image, 20);
    expect(bench.run.verify()).toBeUndefined();
    expect([files.calls, bench.target.calls[0]]).toEqual([[], "judge 20 of 1000"]);
  });
});

describe("refused in the original's words", () => {
  it.each([
    ["size 0", { size: 0 }, "ERROR[5]: Bad Size Given\n"],
    ["more than there is room for", { size: 10_000_001 }, "ERROR[4]: Not Enough Space\n"],
    ["a command that no target knows", { command: 100 }, "ERROR[16]: Unknown update command\n"],
  ])("%s", (_name, change, line) => {
    const why = bench.run.begin(0, { ...offerOf(), ...change });
    expect(why && faultLine(why)).toBe(line);
  });

  it("a second one, while the first goes on to its end", () => {
    begin();
    bench.run.write(image.slice(0, 500));
    const why = bench.run.begin(0, { ...offerOf(), size: 200 });
    expect(why && faultLine(why)).toBe("ERROR[15]: Update already running\n");
    expect(bench.done).toBe(500);
    expect(bench.run.write(image.slice(500))).toBeUndefined();
    expect(bench.run.verify()).toBeUndefined();
    expect(bench.run.commit(0)).toBeUndefined();
  });

  it("not what just fits", () => {
    expect([bench.capacity(0), bench.capacity(100)]).toEqual([10_000_000, 0]);
    begin({ size: 10_000_000 });
  });
});

describe("write refuses", () => {
  it("more than was announced, in one chunk or at the end, and hands none of that chunk on", () => {
    begin();
    endedWith(FaultNumber.Space, bench.run.write(new Uint8Array(1001)));
    expect(bench.target.taken).toEqual([]);
    send(image);
    endedWith(FaultNumber.Space, bench.run.write(new Uint8Array(1)));
    expect(bench.target.bytes).toHaveLength(1000);
  });

  it("what no target recognises, and nothing was written", () => {
    bench.target.magic = 0xe9;
    begin();
    const why = bench.run.write(image);
    endedWith(FaultNumber.MagicByte, why);
    expect(why && faultLine(why)).toBe("ERROR[10]: Magic byte is not 0xE9\n");
    expect([bench.target.calls, bench.target.taken]).toEqual([[], []]);
  });

  it("what the target judges unfit", () => {
    bench.target.judgeFault = fault(FaultNumber.WrongBoard, "bundle is for another board");
    begin();
    endedWith(FaultNumber.WrongBoard, bench.run.write(image));
    expect(bench.target.taken).toEqual([]);
  });

  it("anything after a failure of the flash, which does not look like a finished update", () => {
    bench.target.writeFault = { at: 500, fault: flashBroken };
    begin();
    let taken = 0;
    let why: Fault | undefined;
    for (const piece of pieces(image, 100)) {
      const failed = bench.run.write(piece);
      if (failed === undefined) taken += piece.length;
      else why ??= failed;
    }
    expect(taken).toBe(500);
    endedWith(FaultNumber.Write, why);
    expect(bench.target.bytes).toHaveLength(4 * runBlock);
  });

  it("bytes before begin, which is no update's failure", () => {
    expect(bench.run.write(image)?.number).toBe(FaultNumber.Aborted);
    expect(bench.run.verify()?.number).toBe(FaultNumber.Aborted);
    expect(bench.run.commit(0)?.number).toBe(FaultNumber.Aborted);
    expect([bench.heard, bench.target.calls]).toEqual([[], []]);
  });
});

describe("verify refuses", () => {
  it("when nothing came", () => {
    begin();
    const why = bench.run.verify();
    endedWith(FaultNumber.NoData, why);
    expect(why && faultLine(why)).toBe("ERROR[13]: No data supplied\n");
  });

  it("when bytes are missing, and says how many came", () => {
    begin();
    bench.run.write(image.slice(0, 999));
    const why = bench.run.verify();
    endedWith(FaultNumber.Aborted, why);
    expect(why?.text).toBe("got 999 of 1000 bytes");
    expect(bench.target.calls).not.toContain("verify");
  });

  it("another MD5, with both in the original's words", () => {
    const wrong = "0".repeat(32);
    begin({ md5: wrong });
    bench.run.write(image);
    const why = bench.run.verify();
    endedWith(FaultNumber.Md5, why);
    expect(why && faultLine(why)).toBe(
      `ERROR[7]: MD5 verification failed: expected: ${wrong}, calculated: ${md5Of(image)}\n`,
    );
    expect(bench.target.calls).not.toContain("verify");
  });

  it("what reads back otherwise", () => {
    bench.target.verifyFault = fault(FaultNumber.Verify, "header read back differs");
    send(image);
    endedWith(FaultNumber.Verify, bench.run.verify());
  });
});

it("commit before verify commits nothing", () => {
  send(image);
  expect(bench.run.commit(0)?.number).toBe(FaultNumber.Aborted);
  expect(bench.target.calls).not.toContain("commit");
  expect(bench.run.verify()).toBeUndefined();
  expect(bench.run.commit(0)).toBeUndefined();
});

describe("the hash that the sender gives", () => {
  it.each([
    ["too short", "a".repeat(31)],
    ["too long", "a".repeat(33)],
    ["not hex", "x".repeat(32)],
  ])("%s refuses before a byte, rather than go unchecked", (_name, md5) => {
    bench.run.begin(0, { ...offerOf(), md5 });
    endedWith(FaultNumber.Md5, bench.run.open());
    expect(bench.heard).not.toContain("start");
  });

  it.each([
    ["too short", "a".repeat(63)],
    ["an MD5", md5Of(image)],
    ["not hex", "x".repeat(64)],
  ])("a SHA-256 that is %s does so, too", (_name, sha256) => {
    bench.run.begin(0, { ...offerOf(), sha256 });
    endedWith(FaultNumber.CorruptImage, bench.run.open());
  });

  it("may be missing", () => {
    begin({ md5: "", sha256: "" });
    bench.run.write(image);
    expect(bench.run.verify()).toBeUndefined();
  });
});
