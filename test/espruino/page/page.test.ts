import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { webPage } from "../../../src/espruino/build/web-page.js";
import { imageMd5 } from "../../../src/espruino/page/md5.js";

test("the page is one small ASCII text without anything from elsewhere", async () => {
  const page = await webPage();
  expect(gzipSync(page, { level: 9 }).length).toBeLessThan(8 * 1024);
  expect(page.length).toBeLessThan(12 * 1024);
  expect(page).toMatch(/^<!doctype html>/);
  expect(page).not.toMatch(/[^\n -~]/);
  expect(page).not.toMatch(/https?:\/\/|\/\/#|<link rel="stylesheet"|src=/);
});

test("the page hashes as everybody does, over every padding", () => {
  for (const length of [0, 1, 55, 56, 57, 63, 64, 65, 119, 120, 128, 1000]) {
    const bytes = Uint8Array.from({ length }, (_, i) => (i * 7 + length) & 255);
    expect(imageMd5(bytes)).toBe(createHash("md5").update(bytes).digest("hex"));
  }
});
