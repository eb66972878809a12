import { createHash } from "node:crypto";
import { request } from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type FlashPage, serveFlashPage } from "../../../../src/host/flash/browser/server.js";
import type { FlashJob } from "../../../../src/host/flash/job.js";
import { filler } from "../../../support/images.js";

/** WebSerial itself needs a browser, a person and a board: what is tested is what the page gets, and who gets it. */
const bytes = filler(5000);
const md5 = createHash("md5").update(bytes).digest("hex");
const job: FlashJob = {
  chip: "esp32",
  flashSize: 0x400000,
  pieces: [{ address: 0x10000, bytes, md5, what: "Espruino firmware" }],
  erase: false,
  baud: 460800,
};

let page: FlashPage;
beforeAll(async () => {
  page = await serveFlashPage(job, ["A note."]);
});
afterAll(() => page.close());

/** Status of a request with headers that `fetch` would not let through. */
function status(
  url: string,
  headers: Record<string, string> = {},
  method = "GET",
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { headers, method, timeout: 5000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on("error", reject);
    asked.end();
  });
}

describe("the page", () => {
  test("is there, with everything it names, and takes nothing from elsewhere", async () => {
    const answer = await fetch(page.url);
    const html = await answer.text();
    expect(answer.headers.get("content-security-policy")).toMatch(/^default-src 'none'; script-src 'self'/);
    const named = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, path]) => path);
    expect(named).toEqual(["page.css", "page.js"]);
    for (const path of named) expect((await fetch(page.url + path)).status).toBe(200);
    const script = await (await fetch(`${page.url}page.js`)).text();
    // The vendor's stubs and our writer are in it, and nothing is left to import.
    expect(script).toContain("requestPort");
    expect(script).toContain("CABLE_LOST");
    expect(script.length).toBeGreaterThan(100_000);
    expect(script).not.toMatch(/from\s*["'](?:node:|esptool)/);
  });

  test("gets the plan and the bytes", async () => {
    const plan = await (await fetch(`${page.url}plan.json`)).json();
    expect(plan).toMatchObject({
      chip: "esp32",
      notes: ["A note."],
      pieces: [{ address: 0x10000, size: 5000, md5, what: "Espruino firmware" }],
    });
    const piece = await fetch(`${page.url}piece/0`);
    expect(piece.headers.get("cache-control")).toBe("no-store");
    expect(new Uint8Array(await piece.arrayBuffer())).toEqual(bytes);
  });
});

describe("nobody else gets anything", () => {
  test.each(["", "plan.json", "piece/0", "page.js"])(
    "without the token, or with another: %j",
    async (path) => {
      const { origin, pathname } = new URL(page.url);
      const other = pathname.replace(/[0-9a-f]/g, (digit) => (digit === "0" ? "1" : "0"));
      for (const url of [`${origin}/${path}`, `${origin}${other}${path}`, `${origin}/x${pathname}${path}`])
        expect([url, await status(url)]).toEqual([url, 404]);
    },
  );

  test("not a page of another origin, not a name that was made to lead here, not a POST", async () => {
    const plan = `${page.url}plan.json`;
    expect(await status(plan)).toBe(200);
    expect(await status(plan, { "sec-fetch-site": "same-origin" })).toBe(200);
    expect(await status(plan, { "sec-fetch-site": "cross-site" })).toBe(404);
    expect(await status(plan, { host: "garden.example" })).toBe(404);
    expect(await status(plan, {}, "POST")).toBe(404);
  });

  test.each(["piece/1", "piece/-1", "piece/0x0", "../plan.json", "piece/0/.."])(
    "%s is not there",
    async (path) => {
      expect(await status(`${page.url}${path}`)).not.toBe(200);
    },
  );
});
