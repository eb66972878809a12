import { expect, test } from "vitest";
import { makeFlash } from "../../src/board/board-flash.js";
import { Storage } from "../../src/board/storage.js";
import { esp32, storageOf, writeStorage } from "../support/test-bundles.js";

test("a window that is set by cable lies in the settings, as it was given", async () => {
  const flash = makeFlash(esp32);
  const window = { window: "Mo-Fr 10:00-12:00", timeZone: "+02:00" };
  writeStorage(flash, esp32, await storageOf({ open: true, ...window }));
  const { offset, size } = esp32.espruino?.storage ?? { offset: 0, size: 0 };
  const text = Buffer.from(new Storage(flash, offset, size).read("sluice.cfg") ?? "").toString();
  expect(JSON.parse(text)).toEqual({ open: true, window: window.window, zone: window.timeZone });
});
