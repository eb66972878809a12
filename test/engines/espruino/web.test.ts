import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { linux } from "../../../boards/linux.js";
import { buildAgent, buildBundle } from "../../../src/espruino/build/bundle.js";
import { webPage } from "../../../src/espruino/build/web-page.js";
import { storageImage } from "../../../src/espruino/provision.js";
import { formOf } from "../../support/web-board.js";

const engine = process.env["ESPRUINO"] ?? "";
const headers = { authorization: `Basic ${Buffer.from("admin:tulip").toString("base64")}` };

function freePort(): Promise<number> {
  return new Promise((found) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => found(typeof address === "object" && address ? address.port : 0));
    });
  });
}

describe.skipIf(engine === "")("the update page on the real engine", () => {
  let folder = "";
  let running: ChildProcess | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "web-"));
  });

  afterEach(() => {
    running?.kill("SIGKILL");
    rmSync(folder, { recursive: true });
  });

  /** The engine with agent and app in its flash. @returns what waits for a text on its console */
  async function start(app: Uint8Array, web?: { port: number }): Promise<(text: string) => Promise<void>> {
    const agent = (await buildAgent(linux)).bytes;
    const port = await freePort();
    const image = await storageImage(linux, {
      agent,
      app,
      password: "tulip",
      log: true,
      port,
      ...(web && { web }),
    });
    writeFileSync(join(folder, "espruino.flash"), image);
    const child = spawn(resolve(engine), ["-e", "0"], { cwd: folder });
    running = child;
    let said = "";
    child.stdout.on("data", (data: Buffer) => {
      said += data.toString("latin1");
    });
    return (text) =>
      new Promise((found, failed) => {
        const late = setTimeout(() => failed(new Error(`no ${text} in ${said}`)), 15_000);
        const look = setInterval(() => {
          if (!said.includes(text)) return;
          clearInterval(look);
          clearTimeout(late);
          found();
        }, 20);
      });
  }

  test("comes whole out of flash, takes a form, answers, commits", async () => {
    const port = await freePort();
    const blink = async (version: string) =>
      (await buildBundle({ dev: "devs/blink", board: linux, version })).bytes;
    const said = await start(await blink("1.0.0"), { port });
    await said('"ready"');
    const url = `http://127.0.0.1:${port}/update`;
    expect((await fetch(url)).status).toBe(401);
    expect(await (await fetch(url, { headers })).text()).toBe(await webPage());
    const damaged = Buffer.from(await blink("2.0.0"));
    damaged[300] ^= 1;
    const refused = await fetch(url, { method: "POST", headers, body: damaged });
    expect([refused.status, await refused.text()]).toEqual([400, "ERROR[20]: bundle SHA-256 is wrong\n"]);
    const form = new FormData();
    form.append("app", new Blob([new Uint8Array(await blink("2.0.0"))]), "blink.app");
    const good = await fetch(url, { method: "POST", headers, body: form });
    expect([good.status, await good.text()]).toEqual([200, expect.stringContaining("Update Success!")]);
    await said('"committed","image":"blink@2.0.0"');
    await said('"restart"');
  });

  test("a form that comes while the pins are still watched is sent once more, as 307 asks for", async () => {
    const port = await freePort();
    const manifest = join(folder, "sluice.json");
    const pins = {
      name: "pins",
      version: "1.0.0",
      entry: "main.ts",
      safePins: [{ pin: 31, level: 0 }],
      agent: "",
    };
    writeFileSync(manifest, JSON.stringify(pins));
    const image = (await buildBundle({ dev: "devs/blink", manifest, board: linux })).bytes;
    const said = await start(image, { port });
    await said('"ready"');
    const body = await formOf(image);
    const good = await fetch(`http://127.0.0.1:${port}/update`, { method: "POST", headers, body });
    expect([good.redirected, good.status, await good.text()]).toEqual([
      true,
      200,
      expect.stringContaining("Update Success!"),
    ]);
    await said('"text":"pins are watched"');
    await said('"committed","image":"pins@1.0.0"');
  });

  test("three tabs at once, and of two uploads the second is refused and the first goes on", async () => {
    const port = await freePort();
    const image = (await buildBundle({ dev: "devs/blink", board: linux, version: "2.0.0" })).bytes;
    const said = await start(image, { port });
    await said('"ready"');
    const url = `http://127.0.0.1:${port}/update`;
    const status = async () => (await fetch(`${url}/status`, { headers })).json();
    const tab = async (): Promise<string> => {
      const page = await (await fetch(url, { headers })).text();
      for (let i = 0; i < 5; i++) expect(await status()).toMatchObject({ app: "blink@2.0.0", state: "idle" });
      return page;
    };
    const page = await webPage();
    expect(await Promise.all([tab(), tab(), tab()])).toEqual([page, page, page]);

    const first = connect(port, "127.0.0.1");
    let answer = "";
    first.on("data", (data) => {
      answer += data.toString("latin1");
    });
    const head = `POST /update HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${headers.authorization}\r\n`;
    first.write(`${head}Content-Length: ${image.length}\r\n\r\n`);
    first.write(image.subarray(0, 300));
    await said('"progress"');
    // Idle ones give way to a visitor, the upload does not.
    for (let round = 0; round < 3; round++) {
      const idle = Array.from({ length: 8 }, () => connect(port, "127.0.0.1").on("error", () => undefined));
      await Promise.all(idle.map((socket) => once(socket, "connect")));
      expect(await status()).toMatchObject({ state: "writing" });
    }
    const form = new FormData();
    form.append("app", new Blob([new Uint8Array(image)]), "blink.app");
    const [raw, formed, told] = await Promise.all([
      fetch(url, { method: "POST", headers, body: new Uint8Array(image) }),
      fetch(url, { method: "POST", headers, body: form }),
      status(),
    ]);
    expect([raw.status, formed.status]).toEqual([409, 409]);
    expect(await raw.text()).toBe("ERROR[15]: Update already running\n");
    expect(told).toMatchObject({ state: "writing", done: 300, total: image.length });
    first.write(image.subarray(300));
    await said('"committed","image":"blink@2.0.0"');
    await said('"restart"');
    expect(answer).toMatch(/^HTTP\/1.1 200 OK/);
    first.destroy();
  });

  test("carried by the application's own HTTP server, beside its own pages", async () => {
    const port = await freePort();
    const dev = mkdtempSync(join(tmpdir(), "own-"));
    const source = readFileSync("test/devs-fixtures/web/own-server.ts", "utf8");
    writeFileSync(join(dev, "main.ts"), source.replace(".listen(80)", `.listen(${port})`));
    const manifest = { name: "own", version: "1.0.0", entry: "main.ts", safePins: [], agent: "" };
    writeFileSync(join(dev, "sluice.json"), JSON.stringify(manifest));
    try {
      const said = await start((await buildBundle({ dev, board: linux })).bytes);
      await said("update page");
      const site = `http://127.0.0.1:${port}`;
      expect(await (await fetch(`${site}/x`)).text()).toBe("the application, /x");
      const url = `${site}/admin/update`;
      expect((await fetch(url)).status).toBe(401);
      expect(await (await fetch(url, { headers })).text()).toBe(await webPage());
      const image = new Uint8Array((await buildBundle({ dev: "devs/blink", board: linux })).bytes);
      const damaged = image.slice();
      damaged[300] ^= 1;
      const refused = await fetch(url, { method: "POST", headers, body: damaged });
      expect([refused.status, await refused.text()]).toEqual([400, "ERROR[20]: bundle SHA-256 is wrong\n"]);
      expect(await (await fetch(`${url}/status`, { headers })).json()).toMatchObject({ app: "own@1.0.0" });
      const form = new FormData();
      form.append("app", new Blob([image]), "blink.app");
      const good = await fetch(url, { method: "POST", headers, body: form });
      expect([good.status, await good.text()]).toEqual([200, expect.stringContaining("Update Success!")]);
      await said('"restart"');
    } finally {
      rmSync(dev, { recursive: true });
    }
  });
});
