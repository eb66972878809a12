import { expect, test } from "vitest";
import { FaultNumber, faultLine } from "../../../src/core/errors.js";
import { nativeRefusal } from "../../../src/core/firmware/native-offer.js";
import { Command, isNative } from "../../../src/core/invitation.js";

const offer = (command: number, size = 400_000) => ({ command, size, md5: "", from: "" });
const space = 65_536;

test.each([
  ["firmware by the ordinary command", 0, 400_000, 1, FaultNumber.NativeWay],
  ["a bundle", 0, 40_000, 1, undefined],
  ["a filesystem, which is another's business", 100, 400_000, 1, undefined],
  ["user1 while user1 runs", 81, 400_000, 1, FaultNumber.OtherSlot],
  ["user2 while user1 runs", 82, 400_000, 1, undefined],
  ["user1 while user2 runs", 81, 400_000, 2, undefined],
  ["user2 while user2 runs", 82, 400_000, 2, FaultNumber.OtherSlot],
])("%s", (_what, command, size, runs, number) => {
  expect(nativeRefusal(offer(command, size), runs, space)?.number).toBe(number);
});

test("what a stock client shows names the way", () => {
  const refused = nativeRefusal(offer(0), 1, space);
  if (refused === undefined) throw new Error("accepted");
  expect(`ERR: ${faultLine(refused)}`.slice(0, 37)).toContain("use sluice upload");
});

test("81 and 82 are the native updater's, nothing else is", () => {
  expect([0, 80, 81, 82, 83, 100, 200].filter(isNative)).toEqual([Command.User1, Command.User2]);
});
