import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { packageRoot } from "../../src/node/package-root.js";
import { bundleOf, garden1, garden2, remade } from "../support/test-bundles.js";
import { password, type WebBoard, withWeb } from "../support/web-board.js";

const executablePath = process.env["CHROMIUM"] ?? "/usr/bin/chromium";
const found = existsSync(executablePath);
if (!found)
  console.log(`browser tests skipped: there is no ${executablePath}; CHROMIUM may name another one`);

/** Screenshots, for who wants to see what the browser saw. */
const shots = join(packageRoot(), "coverage/screenshots");
const phone = { viewport: { width: 390, height: 700 }, deviceScaleFactor: 2, hasTouch: true, isMobile: true };
const desktop = { viewport: { width: 1000, height: 640 } };

describe.skipIf(!found)("the page in Chromium", () => {
  let browser: Browser | undefined;

  beforeAll(async () => {
    mkdirSync(shots, { recursive: true });
    browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
  });

  afterAll(async () => {
    await browser?.close();
  });

  async function open(web: WebBoard, options: BrowserContextOptions = desktop): Promise<Page> {
    if (browser === undefined) throw new Error("no browser");
    const httpCredentials = { username: "admin", password };
    const context = await browser.newContext({ httpCredentials, ...options });
    context.setDefaultTimeout(20_000);
    const page = await context.newPage();
    await page.goto(`http://127.0.0.1:${web.port}/update`);
    return page;
  }

  /** Garden 1 with water running, and its page. */
  async function watering(
    use: (web: WebBoard, page: Page) => Promise<void>,
    options?: BrowserContextOptions,
  ) {
    await withWeb(
      async (web) => {
        await web.garden.ready();
        await web.garden.water();
        const page = await open(web, options);
        await page.getByText("garden@1.0.0").waitFor();
        await use(web, page);
        await page.context().close();
      },
      await garden1(),
    );
  }

  const file = async (bytes: Promise<Uint8Array> | Uint8Array, name = "garden.app") => ({
    name,
    mimeType: "application/octet-stream",
    buffer: Buffer.from(await bytes),
  });

  test.each([
    ["desktop", desktop],
    ["phone", phone],
    ["phone, dark", { ...phone, colorScheme: "dark" as const }],
  ])("choose, look, send, follow, see it run: %s", async (name, options) => {
    await watering(async (web, page) => {
      const shot = (step: string) =>
        page.screenshot({ path: join(shots, `${name.replace(", ", "-")}-${step}.png`) });
      expect(await page.getByRole("button", { name: "Update" }).isDisabled()).toBe(true);
      await page.getByLabel("Choose a file").setInputFiles(await file(garden2()));
      await page.getByText("garden@2.0.0, app").waitFor();
      await shot("chosen");
      await page.getByRole("button", { name: "Update" }).click();
      await page.getByText("closing valve 2").waitFor();
      await shot("closing");
      await page.getByText("Restarting").waitFor();
      await shot("written");
      await page.getByText("Updated. garden@2.0.0 runs now.").waitFor();
      await shot("updated");
      expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
      expect(web.garden.all("safe")).toHaveLength(1);
    }, options);
  });

  test("a wrong file is named before a byte is sent", async () => {
    await watering(async (web, page) => {
      const from = web.garden.events.length;
      const verdict = page.getByRole("status");
      await page
        .getByLabel("Choose a file")
        .setInputFiles(await file(remade(await garden2(), { family: 1 })));
      await page.getByText("This is for ESP8266, not for this board.").waitFor();
      await page.getByLabel("Choose a file").setInputFiles(await file(Buffer.from("hello"), "notes.txt"));
      await page.getByText("This is neither an app nor firmware.").waitFor();
      expect(await verdict.textContent()).toMatch(/^\u2715/);
      expect(await page.getByRole("button", { name: "Update" }).isDisabled()).toBe(true);
      expect(web.garden.all("invitation", from)).toEqual([]);
    });
  });

  test("a damaged file is refused by the board, and the page says so", async () => {
    await watering(async (web, page) => {
      const damaged = Buffer.from(await garden2());
      damaged[damaged.length - 9] ^= 4;
      await page.getByLabel("Choose a file").setInputFiles(await file(damaged));
      await page.getByRole("button", { name: "Update" }).click();
      await page.getByText(/Not updated\. .*SHA-256 is wrong/).waitFor();
      expect(web.garden.all("reset")).toEqual([]);
      await page.getByRole("button", { name: "Choose another file" }).click();
      await page.getByLabel("Choose a file").setInputFiles(await file(garden2()));
      await page.getByRole("button", { name: "Update" }).click();
      await page.getByText("garden@2.0.0 runs now").waitFor();
    });
  });

  test("dropped onto the page", async () => {
    await watering(async (_web, page) => {
      const bytes = Buffer.from(await garden2()).toString("base64");
      await page.evaluate(`{
        const bytes = Uint8Array.from(atob("${bytes}"), (char) => char.charCodeAt(0));
        const dataTransfer = new DataTransfer();
        dataTransfer.items.add(new File([bytes], "garden.app"));
        document.body.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true, cancelable: true }));
      }`);
      await page.getByText("garden@2.0.0, app").waitFor();
    });
  });

  test("the connection is lost half-way: the page says what runs on", async () => {
    await watering(async (web, page) => {
      await page.route("**/update?*", (route) => route.abort("connectionreset"));
      await page.getByLabel("Choose a file").setInputFiles(await file(garden2()));
      await page.getByRole("button", { name: "Update" }).click();
      await page.getByText("The connection broke. The board keeps running what it had.").waitFor();
      expect(web.garden.all("committed")).toEqual([]);
    });
  });

  test("the power goes half-way: the page notices, and the old version runs when it is back", async () => {
    await watering(async (web, page) => {
      const { virtual } = web.garden;
      const cut = virtual
        .waitFor(({ event, done }) => event === "progress" && Number(done) > 0, 20_000)
        .then(() => virtual.powerCut());
      await page.getByLabel("Choose a file").setInputFiles(await file(garden2()));
      await page.getByRole("button", { name: "Update" }).click();
      await cut;
      await page
        .getByText(/Not updated\. (The board is silent|The connection broke)/)
        .waitFor({ timeout: 40_000 });
      await page.screenshot({ path: join(shots, "lost.png") });
      expect(web.garden.all("committed")).toEqual([]);
      const from = web.garden.events.length;
      virtual.powerOn();
      expect(await web.garden.ready(from)).toMatchObject({ app: "garden@1.0.0", trial: false });
    });
  });

  test("the board restarts to make room: the page waits, prepares again where that was forgotten, and sends", async () => {
    await watering(async (web, page) => {
      const status = await web.status();
      const script = [
        ...["preparing", "preparing", "gone", "gone", "gone", "preparing", "gone", "idle"],
        ...["gone", "preparing"],
      ];
      let prepared = 0;
      await page.getByLabel("Choose a file").setInputFiles(await file(garden2()));
      await page.getByText("garden@2.0.0, app").waitFor();
      await page.route("**/update/prepare?*", (route) => {
        prepared++;
        return prepared === 1 ? route.fulfill({ status: 202, json: status }) : route.continue();
      });
      await page.route("**/update/status", (route) => {
        const state = script.shift();
        if (state === undefined) return route.continue();
        if (state === "gone") return route.abort("connectionrefused");
        return route.fulfill({ json: { ...status, state } });
      });
      const from = web.garden.events.length;
      await page.getByRole("button", { name: "Update" }).click();
      await page.getByText("It may be restarting to make room").waitFor();
      await page.getByText("Updated. garden@2.0.0 runs now.").waitFor();
      expect([prepared, script]).toEqual([2, []]);
      expect(web.garden.all("committed", from)).toHaveLength(1);
    });
  });

  test("two tabs: the second is told", async () => {
    await watering(async (web, page) => {
      const second = await open(web);
      for (const tab of [page, second]) {
        await tab.getByLabel("Choose a file").setInputFiles(await file(garden2()));
        await tab.getByText("garden@2.0.0, app").waitFor();
      }
      await Promise.all([page, second].map((tab) => tab.getByRole("button", { name: "Update" }).click()));
      const ends = [page, second].map(async (tab) => {
        await tab.getByText(/runs now|Not updated/).waitFor();
        return tab.getByRole("alert").textContent();
      });
      const said = await Promise.all(ends);
      expect(said.filter((text) => text?.includes("runs now")).length).toBeGreaterThan(0);
      expect(web.garden.all("committed")).toHaveLength(1);
      await second.context().close();
    });
  });

  test("outside its window the page says when that opens, and lets go once the button is pressed", async () => {
    const hours = (version: string) => bundleOf("test/devs-fixtures/hours", "sluice.json", version);
    await withWeb(
      async (web) => {
        const { virtual } = web.garden;
        virtual.pins.drive(0, 1);
        await web.garden.ready();
        virtual.run(`setTime(${Date.parse("2026-07-06T04:40:00Z") / 1000})`, "test");
        const page = await open(web, phone);
        await page
          .getByText(/Not now: opens in 3 h \d+ min; updates are allowed Mo-Fr 10:00-12:00 CEST/)
          .waitFor();
        await page.getByLabel("Choose a file").setInputFiles(await file(hours("2.0.0")));
        await page.getByText("It is for this board, and it fits.").waitFor();
        await page.screenshot({ path: join(shots, "not-now.png") });
        const button = page.getByRole("button", { name: "Update" });
        expect(await button.isDisabled()).toBe(true);
        virtual.pins.drive(0, 0);
        await page.getByText("Not now").waitFor({ state: "detached" });
        await button.click();
        await page.getByText("Updated. hours@2.0.0 runs now.").waitFor();
        await page.context().close();
      },
      await hours("1.0.0"),
    );
  });

  test("a wrong password shows no page", async () => {
    await withWeb(async (web) => {
      await web.garden.ready();
      if (browser === undefined) throw new Error("no browser");
      const context = await browser.newContext({ httpCredentials: { username: "admin", password: "daisy" } });
      const page = await context.newPage();
      const answer = await page.goto(`http://127.0.0.1:${web.port}/update`);
      expect(answer?.status()).toBe(401);
      await context.close();
    });
  });

  test("another site's page can neither send nor read", async () => {
    await withWeb(async (web) => {
      await web.garden.ready();
      const page = await open(web);
      const evil = createServer((_request, response) => response.end("<title>evil</title>"));
      await new Promise<void>((resolve) => evil.listen(0, "127.0.0.1", () => resolve()));
      const address = evil.address();
      await page.goto(`http://127.0.0.1:${typeof address === "object" && address ? address.port : 0}/`);
      const url = `http://127.0.0.1:${web.port}/update`;
      const read = await page.evaluate(`fetch("${url}/status").then(() => "read", () => "refused")`);
      expect(read).toBe("refused");
      const from = web.garden.events.length;
      await page.evaluate(
        `fetch("${url}", { method: "POST", mode: "no-cors", credentials: "include", body: "x" })`,
      );
      expect(web.garden.all("invitation", from)).toEqual([]);
      expect(web.garden.all("authenticated", from)).toEqual([]);
      evil.close();
      await page.context().close();
    });
  });

  test("without JavaScript the plain form does it, valves closing first", async () => {
    await watering(async (web, page) => {
      await page.context().close();
      const plain = await open(web, { ...desktop, javaScriptEnabled: false });
      await plain.screenshot({ path: join(shots, "plain.png"), fullPage: true });
      await plain.locator("#file").setInputFiles(await file(garden2()));
      await plain.locator("#go").click();
      await plain.getByText("Update Success! Rebooting...").waitFor();
      expect(await web.garden.wait("confirmed")).toMatchObject({ app: "garden@2.0.0" });
      writeFileSync(join(shots, "plain.txt"), (await plain.textContent("body")) ?? "");
      await plain.context().close();
    });
  });
});
