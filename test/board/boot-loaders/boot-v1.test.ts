import { describe, expect, it } from "vitest";
import { bootChip } from "../../../src/board/boot-loaders/boot-chip.js";
import type { BootOutcome } from "../../../src/board/boot-loaders/outcome.js";
import type { NorFlash } from "../../../src/board/nor-flash.js";
import { tearModes, tearOf } from "../../../src/board/power-cut.js";
import { RtcMemory } from "../../../src/board/rtc.js";
import { freshUserParams, makeUserParams, type UserParams } from "../../../src/core/flash/user-params.js";
import { nodeBytes } from "../../../src/node/bytes.js";
import { buildUser } from "../../support/images.js";
import { boardOf, chipWith, cutDuring, recordOperations } from "./chips.js";

const board = boardOf("esp8266-4mb");
const [copy0, copy1, flag] = [0x3fd000, 0x3fe000, 0x3ff000];
const user1 = buildUser({ slot: 1, iromLength: 4096 });
const user2 = buildUser({ slot: 2, iromLength: 8192 });

function params(change: Partial<UserParams> = {}): Uint8Array {
  return makeUserParams(nodeBytes, { ...freshUserParams(6), ...change }) as Uint8Array;
}

function boot(flash: NorFlash, allowBlankFirmware = false): BootOutcome {
  return bootChip({ board, flash, rtc: new RtcMemory(), resetReason: "power-on", allowBlankFirmware });
}

/** Parameters in the second copy, which a blank flag sector points to. */
function chip(change: Partial<UserParams>, first: Uint8Array = user1, second: Uint8Array = user2): NorFlash {
  return chipWith(board, [
    [0x1000, first],
    [0x101000, second],
    [copy1, params(change)],
  ]);
}

function damaged(image: Uint8Array): Uint8Array {
  const broken = Uint8Array.from(image);
  broken[image.length - 40] ^= 1;
  return broken;
}

describe("boot_v1.x", () => {
  it.each([
    [0, 1, "user1"],
    [1, 1, "user2"],
    [0, 0, "user2"],
    [1, 0, "user1"],
  ])("use_bin %i with boot_status %i starts %s", (useBin, bootStatus, slot) => {
    const flash = chip({ useBin, bootStatus });
    const outcome = boot(flash);
    expect(outcome).toMatchObject({
      kind: "image",
      loader: "boot_v1",
      slot,
      offset: slot === "user1" ? 0x1000 : 0x101000,
      verdict: { sound: true, length: (slot === "user1" ? user1 : user2).length },
    });
    expect(outcome.console).toBe(
      `2nd boot version : 1.6\njump to run ${slot} @ ${slot === "user1" ? "1000" : "101000"}\n`,
    );
    expect(flash.operations).toBe(0);
  });

  it("writes parameters of its own into the other copy, then the flag sector, when it finds none", () => {
    const flash = chipWith(board, [[0x1000, user1]]);
    flash.program(copy1 + 100, Uint8Array.of(1, 2, 3));
    const operations = recordOperations(flash, () => expect(boot(flash)).toMatchObject({ slot: "user1" }));
    expect(Buffer.from(flash.read(copy0, 8)).toString("hex")).toBe("fce6ffffffffffff");
    expect([...flash.read(copy0 + 100, 3)]).toEqual([1, 2, 3]);
    expect([...flash.read(flag, 5)]).toEqual([0, 0xff, 0xff, 0xff, 0xff]);
    expect(operations.filter(({ kind }) => kind === "erase").map(({ address }) => address)).toEqual([
      copy0,
      flag,
    ]);
    expect(operations.length).toBe(1 + 16 + 1 + 1);
  });

  it("reads the first copy where the flag sector starts with 0, the second for anything else", () => {
    const parts: [number, Uint8Array][] = [
      [0x1000, user1],
      [0x101000, user2],
      [copy0, params({ useBin: 1 })],
      [copy1, params({ useBin: 0 })],
    ];
    expect(boot(chipWith(board, [...parts, [flag, Uint8Array.of(0)]]))).toMatchObject({ slot: "user2" });
    expect(boot(chipWith(board, [...parts, [flag, Uint8Array.of(0x10)]]))).toMatchObject({ slot: "user1" });
    expect(boot(chipWith(board, parts))).toMatchObject({ slot: "user1" });
  });

  it("takes parameters of another version for none", () => {
    const flash = chip({ useBin: 1, version: 5 });
    expect(boot(flash)).toMatchObject({ slot: "user1" });
    expect(flash.operations).toBeGreaterThan(0);
  });

  it("goes back to the other image when one does not load, and stays there", () => {
    for (const bad of [damaged(user2), new Uint8Array(0), Uint8Array.of(0xe9, 255)]) {
      const flash = chip({ useBin: 1 }, user1, bad);
      const outcome = boot(flash);
      expect(outcome).toMatchObject({ slot: "user1", resets: 1, verdict: { sound: true } });
      expect(outcome.console).toContain("first boot failed, reboot to try backup bin\n");
      expect([...flash.read(copy0, 2)]).toEqual([0xf9, 0xe6]);
      const operations = flash.operations;
      expect(boot(flash)).toMatchObject({ slot: "user1", resets: 0 });
      expect(flash.operations).toBe(operations);
    }
  });

  it("halts when neither loads", () => {
    const outcome = boot(chip({ useBin: 1 }, damaged(user1), damaged(user2)));
    expect(outcome).toMatchObject({ kind: "nothing" });
    expect(outcome.console).toContain("backup boot failed.\n");
  });

  it("starts an image whose largest part is damaged, because its checksum leaves that out", () => {
    const broken = Uint8Array.from(user2);
    broken[5000] ^= 1;
    expect(boot(chip({ useBin: 1 }, user1, broken))).toMatchObject({
      slot: "user2",
      verdict: { sound: false },
    });
  });

  it("keeps a sound image through every cut in its going back", () => {
    const base = chip({ useBin: 1 }, user1, damaged(user2));
    for (let operation = 0; ; operation++) {
      let cut = false;
      for (const mode of tearModes) {
        const flash = base.fork();
        cut = cutDuring(flash, operation, tearOf(mode, 3), () => void boot(flash));
        expect(boot(flash)).toMatchObject({ slot: "user1", verdict: { sound: true } });
      }
      if (!cut) break;
    }
  });

  it("runs test and enhanced mode from the addresses in the parameters", () => {
    expect(boot(chip({ testStart: 0, testBinAddress: 0x101000 }))).toMatchObject({
      slot: "test",
      offset: 0x101000,
    });
    expect(boot(chip({ enhance: 0, userBinAddress: 0x101000 }))).toMatchObject({ slot: "enhanced" });
    expect(boot(chip({ useBin: 2 }))).toMatchObject({ kind: "nothing" });
  });

  it("takes a blank slot for the virtual board's firmware only if told to", () => {
    expect(boot(chipWith(board, []))).toMatchObject({ kind: "nothing" });
    expect(boot(chipWith(board, []), true)).toMatchObject({ kind: "virtual", slot: "user1", offset: 0x1000 });
  });
});
