import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { webPage } from "../../../src/espruino/build/web-page.js";
import { md5Of } from "../../support/core-bundle.js";
import { RoguePeer } from "../../support/rogue-peer.js";
import { plain } from "./apps.js";
import { Esp32Board, isSet } from "./esp32-board.js";
import { password } from "./flash-file.js";

const headers = { authorization: `Basic ${Buffer.from(`admin:${password}`).toString("base64")}` };
const patience = () => AbortSignal.timeout(120_000);
/** Of 25,000. */
const mostStack = 20_000;

describe.skipIf(!isSet)("the update page of the emulated ESP32", () => {
  let it: Esp32Board;
  let url = "";

  beforeAll(async () => {
    it = await Esp32Board.start(await plain("1.0.0"), { web: true });
    url = `http://127.0.0.1:${it.web}/update`;
  });
  beforeEach(({ onTestFailed }) => onTestFailed(() => console.log(it.console.slice(-40).join("\n"))));
  afterAll(() => it?.stop());

  async function confirmed(version: string, from: number): Promise<void> {
    expect(await it.wait("confirmed", {}, from)).toMatchObject({ app: `plain@${version}` });
    await it.wait("named", {}, from);
  }

  const ask = (path = "", init: RequestInit = {}) =>
    fetch(`${url}${path}`, { headers, signal: patience(), ...init });

  test("page, status, and nobody without the password", async () => {
    expect((await fetch(url, { signal: patience() })).status).toBe(401);
    const page = await ask();
    expect([page.status, await page.text()]).toEqual([200, await webPage()]);
    for (let i = 0; i < 5; i++)
      expect(await (await ask("/status")).json()).toMatchObject({ app: "plain@1.0.0", slot: "a" });
    expect(await it.stackUsed()).toBeLessThan(mostStack);
  });

  test("a damaged bundle is refused", async () => {
    const damaged = Buffer.from(await plain("2.0.0"));
    damaged[300] = (damaged[300] ?? 0) ^ 1;
    const refused = await ask("", { method: "POST", body: damaged });
    expect([refused.status, await refused.text()]).toEqual([400, expect.stringContaining("SHA-256")]);
  });

  test("raw body, 16 KB", async () => {
    const from = it.events.length;
    const answer = await ask("", { method: "POST", body: Buffer.from(await plain("2.0.0", 16_000)) });
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringContaining("Update Success!")]);
    expect(await it.stackUsed()).toBeLessThan(mostStack);
    await confirmed("2.0.0", from);
  });

  test("a form by curl, 16 KB", async () => {
    const from = it.events.length;
    const file = join(it.folder, "plain.app");
    writeFileSync(file, await plain("3.0.0", 16_000));
    const args = ["-sS", "-m", "120", "-u", `admin:${password}`, "-F", `app=@${file}`, url];
    const { stdout } = await promisify(execFile)("curl", args);
    expect(stdout).toContain("Update Success!");
    await confirmed("3.0.0", from);
  });

  test("status while an update runs", async () => {
    const from = it.events.length;
    const image = await plain("4.0.0", 8000);
    const peer = await RoguePeer.open(it.target);
    try {
      await peer.enter(image.length, md5Of(image), password);
      const socket = await peer.connection();
      socket.write(image.subarray(0, 3000));
      await it.wait("progress", { done: 0 }, from);
      const status = (await (await ask("/status")).json()) as Record<string, unknown>;
      expect(status).toMatchObject({ app: "plain@3.0.0" });
      expect(status["state"]).not.toBe("idle");
      const more = await ask("", { method: "POST", body: Buffer.from(await plain("5.0.0")) });
      expect(more.status).toBeGreaterThanOrEqual(400);
      socket.write(image.subarray(3000));
      expect(await peer.rest(socket)).toContain("OK");
    } finally {
      await peer.close();
    }
    expect(await it.stackUsed()).toBeLessThan(mostStack);
    await confirmed("4.0.0", from);
  });
});
