import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { FaultNumber, fault } from "../../src/core/errors.js";
import { Updater } from "../../src/core/updater.js";
import { nodeBytes } from "../../src/node/bytes.js";
import { nodeCrypto } from "../../src/node/crypto.js";
import { md5Of, pieces } from "../support/core-bundle.js";
import { TestTarget } from "../support/core-target.js";

const image = Uint8Array.from({ length: 1000 }, (_, i) => (i * 7) & 255);
let target = new TestTarget();
let updater = new Updater(nodeBytes, nodeCrypto, [target]);

beforeEach(() => {
  target = new TestTarget();
  updater = new Updater(nodeBytes, nodeCrypto, [target]);
});

function failedWith(number: number): void {
  expect([updater.hasError(), updater.error()?.number, updater.isRunning()]).toEqual([true, number, false]);
}

/** Begins and writes all of `bytes`. */
function send(bytes: Uint8Array, chunk = 100, md5 = md5Of(bytes)): void {
  expect(updater.begin(bytes.length, 0)).toBe(true);
  updater.setMD5(md5);
  for (const piece of pieces(bytes, chunk)) expect(updater.write(piece)).toBe(piece.length);
}

describe("an update that works", () => {
  it("goes begin, write, end, commit", () => {
    expect(updater.isRunning()).toBe(false);
    expect(updater.begin(1000, 0)).toBe(true);
    expect(updater.setMD5(md5Of(image).toUpperCase())).toBe(true);
    expect([updater.size(), updater.progress(), updater.remaining()]).toEqual([1000, 0, 1000]);
    updater.write(image.slice(0, 300));
    expect([updater.progress(), updater.remaining(), updater.isFinished()]).toEqual([300, 700, false]);
    updater.write(image.slice(300));
    expect([updater.remaining(), updater.isFinished()]).toEqual([0, true]);
    expect(updater.end(false)).toBe(true);
    expect(updater.md5String()).toBe(md5Of(image));
    expect(updater.describe()).toBe("garden@2.0.0");
    expect(target.calls).toEqual(["judge 300 of 1000", "verify"]);
    expect(updater.commit()).toBe(true);
    expect(target.calls).toEqual(["judge 300 of 1000", "verify", "commit"]);
    expect(updater.isRunning()).toBe(false);
    expect([updater.hasError(), updater.getErrorString(), updater.printError()]).toEqual([
      ...[false, "No Error", "ERROR[0]: No Error\n"],
    ]);
    expect(target.bytes).toEqual(image);
  });

  it("needs no MD5", () => {
    updater.begin(1000, 0);
    updater.write(image);
    expect(updater.end(false)).toBe(true);
  });

  it("gives the target the image whole and in order, however it comes, and shows it no less than a head", () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 400 }),
        fc.nat(60),
        fc.integer({ min: 1, max: 90 }),
        (data, head, chunk) => {
          target.headLength = head;
          target.calls.length = 0;
          send(data, chunk);
          expect(updater.end(false)).toBe(true);
          expect(updater.commit()).toBe(true);
          expect(Buffer.compare(target.bytes, data)).toBe(0);
          expect(target.calls).toHaveLength(3);
          const shown = Number(target.calls[0].split(" ")[1]);
          expect(shown).toBeGreaterThanOrEqual(Math.min(head, data.length));
        },
      ),
    );
  });

  it("can follow another", () => {
    send(image);
    updater.end(false);
    updater.commit();
    send(image.slice(0, 50));
    expect(updater.end(false)).toBe(true);
    expect(updater.md5String()).toBe(md5Of(image.slice(0, 50)));
  });
});

describe("begin refuses", () => {
  it.each([
    ["size 0", 0, 0, FaultNumber.Size, "Bad Size Given"],
    ["more than there is room for", 10_000_001, 0, FaultNumber.Space, "Not Enough Space"],
    ["a command that no target knows", 10, 100, FaultNumber.UnknownCommand, "Unknown update command"],
  ])("%s", (_name, size, command, number, text) => {
    expect(updater.judge(size, command)?.number).toBe(number);
    expect(updater.begin(size, command)).toBe(false);
    failedWith(number);
    expect(updater.getErrorString()).toBe(text);
    expect(updater.printError()).toBe(`ERROR[${number}]: ${text}\n`);
  });

  it("takes what just fits", () => {
    expect(updater.freeSpace(0)).toBe(10_000_000);
    expect(updater.freeSpace(100)).toBe(0);
    expect(updater.begin(10_000_000, 0)).toBe(true);
  });

  it("a second time, while the first goes on", () => {
    updater.begin(1000, 0);
    updater.setMD5(md5Of(image));
    updater.write(image.slice(0, 500));
    expect(updater.begin(200, 0)).toBe(false);
    expect(updater.printError()).toBe("ERROR[15]: Update already running\n");
    expect(updater.isRunning()).toBe(true);
    expect(updater.progress()).toBe(500);
    updater.write(image.slice(500));
    expect(updater.end(false)).toBe(true);
    expect(updater.commit()).toBe(true);
  });

  it("no more once the error is over", () => {
    updater.begin(0, 0);
    updater.clearError();
    expect(updater.hasError()).toBe(false);
    updater.begin(0, 0);
    expect(updater.begin(10, 0)).toBe(true);
    expect(updater.hasError()).toBe(false);
  });
});

describe("write refuses", () => {
  it("more than was announced, in one chunk or at the end, and hands none of that chunk on", () => {
    updater.begin(1000, 0);
    expect(updater.write(new Uint8Array(1001))).toBe(0);
    failedWith(FaultNumber.Space);
    expect(target.taken).toHaveLength(0);
    send(image);
    expect(updater.write(new Uint8Array(1))).toBe(0);
    failedWith(FaultNumber.Space);
    expect(target.bytes).toHaveLength(1000);
  });

  it("what no target recognises, in the original's words, and nothing was written", () => {
    target.magic = 0xe9;
    updater.begin(1000, 0);
    expect(updater.write(image)).toBe(0);
    failedWith(FaultNumber.MagicByte);
    expect(updater.printError()).toBe("ERROR[10]: Magic byte is not 0xE9\n");
    expect(target.calls).toEqual([]);
  });

  it("what the target judges unfit", () => {
    target.judgeFault = fault(FaultNumber.WrongBoard, "bundle is for another board");
    updater.begin(1000, 0);
    expect(updater.write(image)).toBe(0);
    failedWith(FaultNumber.WrongBoard);
    expect(target.taken).toHaveLength(0);
  });

  it("anything after a failure of the flash, which does not look like a finished update", () => {
    target.writeFault = { at: 500, fault: fault(FaultNumber.Write, "") };
    updater.begin(1000, 0);
    let taken = 0;
    for (const piece of pieces(image, 100)) taken += updater.write(piece);
    expect(taken).toBe(400);
    failedWith(FaultNumber.Write);
    expect(updater.isFinished()).toBe(false);
    expect(updater.end(true)).toBe(false);
    failedWith(FaultNumber.Write);
    expect(target.bytes).toHaveLength(500);
  });

  it("bytes before begin", () => {
    expect(updater.write(image)).toBe(0);
    expect(updater.end(true)).toBe(false);
    expect(updater.commit()).toBe(false);
    expect(updater.hasError()).toBe(false);
  });
});

describe("end refuses", () => {
  it("when nothing came", () => {
    updater.begin(1000, 0);
    expect(updater.end(true)).toBe(false);
    failedWith(FaultNumber.NoData);
    expect(updater.printError()).toBe("ERROR[13]: No data supplied\n");
  });

  it("when bytes are missing, and says how many came", () => {
    updater.begin(1000, 0);
    updater.write(image.slice(0, 999));
    expect(updater.end(false)).toBe(false);
    failedWith(FaultNumber.Aborted);
    expect(updater.getErrorString()).toBe("got 999 of 1000 bytes");
    expect(updater.commit()).toBe(false);
    expect(target.calls).not.toContain("verify");
  });

  it("another MD5, with both in the original's words", () => {
    const wrong = "0".repeat(32);
    send(image, 100, wrong);
    expect(updater.end(false)).toBe(false);
    failedWith(FaultNumber.Md5);
    expect(updater.printError()).toBe(
      `ERROR[7]: MD5 verification failed: expected: ${wrong}, calculated: ${md5Of(image)}\n`,
    );
    expect(updater.commit()).toBe(false);
    expect(target.calls).not.toContain("verify");
  });

  it("what reads back otherwise", () => {
    target.verifyFault = fault(FaultNumber.Verify, "header read back differs");
    send(image);
    expect(updater.end(false)).toBe(false);
    failedWith(FaultNumber.Verify);
    expect(updater.commit()).toBe(false);
  });
});

describe("end with evenIfRemaining", () => {
  it("takes what has come as the whole image", () => {
    updater.begin(5000, 0);
    updater.write(image);
    expect(updater.end(true)).toBe(true);
    expect([updater.size(), updater.md5String()]).toEqual([1000, md5Of(image)]);
    expect(updater.commit()).toBe(true);
  });

  it("judges an image that is shorter than a head", () => {
    updater.begin(5000, 0);
    updater.write(image.slice(0, 5));
    expect(updater.end(true)).toBe(true);
    expect(target.calls).toEqual(["judge 5 of 5", "verify"]);
    expect(target.bytes).toEqual(image.slice(0, 5));
  });

  it("still wants the MD5 that was set", () => {
    updater.begin(5000, 0);
    updater.setMD5(md5Of(image));
    updater.write(image.slice(0, 900));
    expect(updater.end(true)).toBe(false);
    failedWith(FaultNumber.Md5);
  });
});

describe("commit", () => {
  it("is the only thing that commits, and does it once", () => {
    send(image);
    expect(updater.commit()).toBe(false);
    updater.end(false);
    expect(updater.commit()).toBe(true);
    expect(updater.commit()).toBe(false);
    expect(target.calls.filter((call) => call === "commit")).toHaveLength(1);
  });

  it("reports what the target could not do", () => {
    target.commitFault = fault(FaultNumber.Commit, "journal");
    send(image);
    updater.end(false);
    expect(updater.commit()).toBe(false);
    failedWith(FaultNumber.Commit);
  });
});

describe("abort", () => {
  it("ends what runs, also when it was verified, and nothing else", () => {
    updater.abort(fault(FaultNumber.Aborted, "too late"));
    expect(updater.hasError()).toBe(false);
    send(image);
    updater.end(false);
    updater.abort(fault(FaultNumber.Aborted, "the valve opened"));
    failedWith(FaultNumber.Aborted);
    expect(updater.commit()).toBe(false);
  });
});

describe("setMD5", () => {
  it.each([
    ["too short", "a".repeat(31)],
    ["too long", "a".repeat(33)],
    ["not hex", "x".repeat(32)],
    ["empty", ""],
  ])("does not take what is %s", (_name, md5) => {
    updater.begin(1000, 0);
    expect(updater.setMD5(md5)).toBe(false);
    updater.write(image);
    expect(updater.end(false)).toBe(true);
  });
});

describe("several targets", () => {
  it("choose by the first bytes, each with its own room", () => {
    const app = new TestTarget();
    app.magic = 0x53;
    app.room = 500;
    const firmware = new TestTarget();
    firmware.magic = 0xe9;
    firmware.headLength = 64;
    updater = new Updater(nodeBytes, nodeCrypto, [app, firmware]);
    const first = (byte: number) => Uint8Array.from(image, (value, i) => (i === 0 ? byte : value));
    send(first(0xe9), 10);
    expect(updater.end(false)).toBe(true);
    expect([app.calls, firmware.calls[0]]).toEqual([[], "judge 70 of 1000"]);
    updater.commit();
    expect(updater.begin(1000, 0)).toBe(true);
    expect(updater.write(first(0x53))).toBe(0);
    failedWith(FaultNumber.Space);
    expect(app.calls).toEqual([]);
  });

  it("count only for the commands they take", () => {
    const files = new TestTarget();
    files.commands = [100];
    files.headLength = 4096;
    updater = new Updater(nodeBytes, nodeCrypto, [files, target]);
    send(image, 20);
    expect(updater.end(false)).toBe(true);
    expect([files.calls, target.calls[0]]).toEqual([[], "judge 20 of 1000"]);
  });
});
