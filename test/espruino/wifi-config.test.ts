import { expect, test } from "vitest";
import { Storage } from "../../src/board/storage.js";
import { wifiConfig } from "../../src/espruino/wifi-config.js";
import { esp32, provisionedChip } from "../support/test-bundles.js";

test("the network stands where Espruino looks for it at every start", async () => {
  const wifi = { ssid: "Garden", password: "tomatoes!" };
  const flash = await provisionedChip({ open: true, wifi, hostname: "shed" });
  const { offset, size } = esp32.espruino?.storage ?? { offset: 0, size: 0 };
  const text = Buffer.from(new Storage(flash, offset, size).read(".wificfg") ?? "").toString();
  // Names and mode number as jswrap_wifi_restore reads them.
  expect(JSON.parse(text)).toMatchObject({ ...wifi, mode: 1, hostname: "shed" });
});

test("names beyond ASCII are bytes of UTF-8", () => {
  expect(JSON.parse(wifiConfig({ ssid: "Gärtchen" })).ssid).toBe("Gärtchen");
});

test.each([
  ["no name", { ssid: "" }],
  ["a name that Espruino would cut", { ssid: "a".repeat(32) }],
  ["a name that is too long in bytes", { ssid: "ä".repeat(16) }],
  ["a short password", { ssid: "Garden", password: "1234567" }],
  ["a long one", { ssid: "Garden", password: "x".repeat(64) }],
])("%s is refused", (_what, settings) => {
  expect(() => wifiConfig(settings)).toThrow(expect.objectContaining({ code: "BAD_WIFI_SETTINGS" }));
});

test("an open network, and the longest of everything", () => {
  expect(JSON.parse(wifiConfig({ ssid: "a".repeat(31) })).password).toBe("");
  expect(JSON.parse(wifiConfig({ ssid: "a", password: "x".repeat(63) })).password).toHaveLength(63);
});
