import { expect, test } from "vitest";
import { firmware, withNativeBoard } from "../support/native-board.js";

test("there", () =>
  withNativeBoard({}, async (board) => {
    try {
      await board.settled();
      const from = board.events.length;
      await board.upload(firmware(2));
      await board.wait("confirmed", {}, from);
    } finally {
      console.log(
        JSON.stringify(board.events, null, 0).replaceAll("},", "},\n"),
        board.told.filter((e) => !e.event.includes("progress")),
      );
    }
    expect(1).toBe(1);
  }));
