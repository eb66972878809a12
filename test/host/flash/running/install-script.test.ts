import { expect, test } from "vitest";
import { makeFlash } from "../../../../src/board/board-flash.js";
import { VirtualBoard } from "../../../../src/board/virtual-board.js";
import { installScript } from "../../../../src/host/flash/running/install.js";
import { filler } from "../../../support/images.js";
import { esp32, storageOf, witness } from "../../../support/test-bundles.js";

const place = esp32.espruino?.storage ?? { offset: 0, size: 0 };

test("a running Espruino gives itself the Storage that was made for it, and starts from it", async () => {
  const storage = await storageOf({ password: "admin", app: await witness() });
  const flash = makeFlash(esp32);
  // Leftovers of another life, behind where Storage begins.
  flash.program(place.offset + 0x50000, filler(5000, 6));
  const board = new VirtualBoard({ board: esp32, flash, speed: 20 });
  try {
    board.powerOn();
    const { text, bytes } = installScript(esp32, storage);
    const ready = board.waitFor("ready", 30_000, 0);
    board.run(text, "install");
    expect(board.console.at(-1)).toBe("#done 0");
    expect(bytes).toBeLessThan(storage.length / 2);
    expect(Buffer.from(flash.read(place.offset, place.size)).equals(storage)).toBe(true);
    expect(flash.violations).toBe(0);
    expect(await ready).toMatchObject({ app: "witness@1.0.0" });
  } finally {
    await board.stop();
  }
});

test("it does not restart into a Storage that is not what was sent", async () => {
  const storage = new Uint8Array(place.size).fill(0xff);
  storage.set(filler(9000, 3));
  const board = new VirtualBoard({ board: esp32, flash: makeFlash(esp32), speed: 20 });
  try {
    board.powerOn();
    const { text } = installScript(esp32, storage);
    // A character of the base64 that arrives as another.
    const at = text.indexOf('SW(4096,"') + 20;
    board.run(`${text.slice(0, at)}${text[at] === "A" ? "B" : "A"}${text.slice(at + 1)}`, "install");
    const later = board.waitFor((event) => event["text"] === "later", 10_000);
    board.run('setTimeout(function(){print("later")},5000)', "wait");
    await later;
    expect(board.console.slice(-2)).toEqual(["#done 1", "later"]);
    expect(board.events.map(({ event }) => event)).not.toContain("reset");
  } finally {
    await board.stop();
  }
});
