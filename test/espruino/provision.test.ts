import { expect, test } from "vitest";
import { Storage } from "../../src/board/storage.js";
import { esp32, provisionedChip, witness } from "../support/test-bundles.js";

test("a window that is set by cable lies in the settings, as it was given", async () => {
  const window = { window: "Mo-Fr 10:00-12:00", timeZone: "+02:00" };
  const flash = await provisionedChip({ open: true, ...window });
  const { offset, size } = esp32.espruino?.storage ?? { offset: 0, size: 0 };
  const text = Buffer.from(new Storage(flash, offset, size).read("sluice.cfg") ?? "").toString();
  expect(JSON.parse(text)).toEqual({ open: true, window: window.window, zone: window.timeZone });
});

test("the application's files begin behind a page that holds nothing, and none of ours lies there", async () => {
  const flash = await provisionedChip({ app: await witness(), open: true });
  const { offset, size } = esp32.espruino?.storage ?? { offset: 0, size: 0 };
  const storage = new Storage(flash, offset, size);
  expect(storage.isValid()).toBe(true);
  expect(storage.list().map(({ name }) => name)).toEqual(["sluice", ".boot0", "sluice.cfg"]);
  const all = [...storage.files()];
  const anchor = all.at(-1);
  const filler = all.at(-2);
  if (anchor === undefined || filler === undefined) throw new Error("Storage is empty");
  const page = esp32.blockLength;
  const begin = anchor.address;
  expect(begin % page).toBe(0);
  // The gate: too small for a file, and the page before the application's is unused.
  expect(filler.address + 32 + filler.size).toBe(begin - 32);
  expect(flash.isBlank(begin - page, page)).toBe(true);
  expect(filler.address + 32).toBeLessThanOrEqual(begin - page);
  storage.write("log", new Uint8Array(100));
  expect(storage.place("log")?.address).toBe(begin + 36 + 32);
});

test("the password itself is nowhere in flash", async () => {
  const password = "dandelion-7f3a";
  const flash = await provisionedChip({ app: await witness(), password });
  const bytes = Buffer.from(flash.read(flash.base, flash.size));
  expect(bytes.includes("sluice.cfg")).toBe(true);
  expect(bytes.includes(password)).toBe(false);
});
