import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { webPage } from "../../src/espruino/build/web-page.js";
import { withBoard } from "../support/garden-board.js";
import { bundleOf, chipOfStorage, garden2, remade, storageOf, witness } from "../support/test-bundles.js";
import { formBody, latin1 } from "../support/web-bench.js";
import { basic, password, withWeb } from "../support/web-board.js";

const success = '<META http-equiv="refresh" content="15;URL=/">Update Success! Rebooting...';
const md5 = (bytes: Uint8Array): string => createHash("md5").update(bytes).digest("hex");

test.concurrent("a form while valve 2 waters: closed first, sent once more by itself, written, restarted", async () => {
  await withWeb(async (web) => {
    const { garden } = web;
    await garden.ready();
    await garden.water();
    const { type, body } = formBody([{ field: "app", file: "garden.app", content: latin1(await garden2()) }]);
    const headers = { "content-type": type.slice("Content-Type: ".length) };
    let writes = 0;
    garden.flash.hook = ({ address }) => {
      const { start, end } = garden.slot("app", 1);
      if (address < start || address >= end) return undefined;
      writes++;
      expect(garden.bench.valves.every(({ position }) => position === 0)).toBe(true);
      return undefined;
    };
    const answer = await web.post(Buffer.from(body, "latin1"), { headers });
    expect(answer).toMatchObject({ status: 200, body: success });
    expect(writes).toBeGreaterThan(3);
    expect(await garden.wait("confirmed")).toMatchObject({ app: "garden@2.0.0", slot: "b" });
    expect(await web.status()).toMatchObject({ app: "garden@2.0.0", slot: "b", trial: false, state: "idle" });
  });
});

test.concurrent("the page comes whole, and goes the way it goes: prepare, follow, send, read back", async () => {
  await withWeb(async (web) => {
    const { garden } = web;
    await garden.ready();
    await garden.water();
    expect((await web.ask()).body).toBe(await webPage());
    const image = await garden2();
    const query = `kind=app&size=${image.length}&md5=${md5(image)}`;
    const begun = await web.ask({ method: "POST", path: `/update/prepare?${query}` });
    expect(begun.status).toBe(202);
    expect(JSON.parse(begun.body)).toMatchObject({ state: "preparing", app: "garden@1.0.0" });
    await garden.wait("safe");
    const prepared = await web.status();
    expect(prepared).toMatchObject({ state: "prepared", error: null });
    expect(prepared["steps"]).toContain("valves: closing valve 2");
    const answer = await web.ask({ method: "POST", path: `/update?${query}`, body: image });
    expect(answer.body).toBe(success);
    expect(await garden.wait("confirmed")).toMatchObject({ app: "garden@2.0.0" });
    expect(garden.all("safe")).toHaveLength(1);
  });
});

test.concurrent("what is refused leaves the old app running and its flash as it was", async () => {
  await withWeb(async (web) => {
    const { garden } = web;
    await garden.ready();
    const before = [garden.content("app", 0), garden.content("app", 1)];
    const image = Buffer.from(await garden2());
    const damaged = Buffer.from(image);
    damaged[image.length - 5] ^= 1;
    const post = (body: Uint8Array, headers: Record<string, string> = {}, path = "/update") =>
      web.post(body, { headers, path });
    const cases: [number, () => Promise<{ status: number }>][] = [
      [401, () => post(image, { authorization: "" })],
      [401, () => post(image, { authorization: `Basic ${Buffer.from("admin:daisy").toString("base64")}` })],
      [403, () => post(image, { origin: "http://evil.example" })],
      [403, () => post(image, { host: "evil.example" })],
      [415, () => post(remade(image, { family: 1 }))],
      [415, () => post(Buffer.from("hello, this is no image at all".repeat(20)))],
      [413, () => post(Buffer.alloc(300_000))],
      [415, () => post(image, {}, "/update?kind=filesystem")],
      [404, () => post(image, {}, "/update/now")],
      [200, () => web.ask({ path: `/update?md5=${md5(image)}` })],
    ];
    for (const [status, send] of cases) expect(await send()).toMatchObject({ status });
    expect(garden.content("app", 1).equals(before[1])).toBe(true);
    expect((await post(image, { "x-md5": md5(damaged) })).status).toBe(400);
    expect((await post(damaged)).status).toBe(400);
    expect((await post(image.subarray(0, 5000))).status).toBe(400);
    expect(garden.content("app", 0).equals(before[0])).toBe(true);
    expect(garden.all("reset")).toEqual([]);
    expect(garden.all("committed")).toEqual([]);
    expect(await web.status()).toMatchObject({ app: "garden@1.0.0", slot: "a", state: "idle" });
  });
});

test.concurrent("a connection lost half-way: the garden goes on, and the next update works", async () => {
  await withWeb(async (web) => {
    const { garden } = web;
    await garden.ready();
    const image = await witness("2.0.0");
    const socket = await web.raw();
    const head = `POST /update HTTP/1.1\r\nHost: garden.local\r\nAuthorization: ${basic}\r\n`;
    socket.write(`${head}Content-Length: ${image.length}\r\n\r\n`);
    await garden.wait("safe");
    socket.write(image.subarray(0, 700));
    await garden.wait("progress");
    socket.destroy();
    expect(await garden.wait("error")).toMatchObject({ code: "ABORTED" });
    expect(await web.status()).toMatchObject({
      app: "garden@1.0.0",
      state: "idle",
      error: { code: "ABORTED" },
    });
    expect((await web.post(image)).body).toBe(success);
    expect(await garden.wait("confirmed")).toMatchObject({ app: "witness@2.0.0" });
  });
});

test.concurrent("a sender that falls silent, and one that never ends its head, are let go of", async () => {
  await withWeb(async (web) => {
    const { garden } = web;
    await garden.ready();
    const image = await witness("2.0.0");
    const ends = async (text: string, then?: () => Promise<void>): Promise<string> => {
      const socket = await web.raw();
      let got = "";
      const closed = new Promise<void>((resolve) => socket.on("close", () => resolve()));
      socket.on("data", (data) => {
        got += data.toString("latin1");
      });
      socket.write(text);
      await then?.();
      await closed;
      return got;
    };
    expect(await ends("GET /update HTTP/1.1\r\nHost: ")).toMatch(/^HTTP\/1.1 408 /);
    const head = `POST /update HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: ${basic}\r\n`;
    const begun = `${head}Content-Length: ${image.length}\r\nExpect: 100-continue\r\n\r\n`;
    expect(await ends(begun)).toMatch(/^HTTP\/1.1 100 Continue\r\n\r\nHTTP\/1.1 408 /);
    expect(await garden.wait("error")).toMatchObject({ code: "PEER_SILENT" });
    expect(await web.status()).toMatchObject({ app: "garden@1.0.0", state: "idle" });
  });
});

test.concurrent("idle sockets, of one address or of many, cost nobody an answer, and no upload its end", async () => {
  await withWeb(async (web) => {
    const { garden } = web;
    await garden.ready();
    const crowd = async (count: number): Promise<void> => {
      for (let i = 0; i < count; i++) {
        const one = await web.raw(`127.0.0.${2 + (i % 3)}`);
        if (i % 2 === 1) one.write("GET /upd");
      }
    };
    for (let i = 0; i < 5; i++) {
      await crowd(12);
      expect(await web.status()).toMatchObject({ app: "garden@1.0.0", state: "idle" });
    }
    const image = await witness("2.0.0");
    const socket = await web.raw();
    const answered = new Promise<string>((resolve) =>
      socket.on("data", (data) => resolve(data.toString("latin1"))),
    );
    const head = `POST /update HTTP/1.1\r\nHost: garden.local\r\nAuthorization: ${basic}\r\n`;
    socket.write(`${head}Content-Length: ${image.length}\r\n\r\n`);
    await garden.wait("safe");
    socket.write(image.subarray(0, 700));
    await garden.wait("progress");
    await crowd(40);
    expect(await web.status()).toMatchObject({ state: "writing" });
    socket.write(image.subarray(700));
    expect(await answered).toMatch(/^HTTP\/1.1 200 OK/);
    expect(await garden.wait("confirmed")).toMatchObject({ app: "witness@2.0.0" });
  });
});

test.concurrent("two tabs at once, and espota between them: the first goes on, the others are told", async () => {
  await withWeb(async (web) => {
    const { garden } = web;
    await garden.ready();
    const image = await witness("2.0.0");
    const query = `size=${image.length}&md5=${md5(image)}`;
    await web.ask({ method: "POST", path: `/update/prepare?${query}` });
    await garden.wait("safe");
    const socket = await web.raw();
    const answered = new Promise<string>((resolve) =>
      socket.on("data", (data) => resolve(data.toString("latin1"))),
    );
    const head = `POST /update?${query} HTTP/1.1\r\nHost: localhost\r\nAuthorization: ${basic}\r\n`;
    socket.write(`${head}Content-Length: ${image.length}\r\n\r\n`);
    socket.write(image.subarray(0, 300));
    await garden.wait("progress");
    const second = await web.ask({ method: "POST", path: `/update/prepare?${query}` });
    expect(second).toMatchObject({ status: 409, body: "ERROR[15]: Update already running\n" });
    expect(await web.ask({ method: "POST", body: image })).toMatchObject({ status: 409 });
    expect(await garden.refused(image)).toMatchObject({ code: "UPDATE_RUNNING" });
    socket.write(image.subarray(300));
    expect(await answered).toMatch(/^HTTP\/1.1 200 OK/);
    expect(await garden.wait("confirmed")).toMatchObject({ app: "witness@2.0.0" });
  });
});

test.concurrent("guessing at the page locks the page, not espota", async () => {
  await withWeb(
    async (web) => {
      await web.garden.ready();
      const wrong = { authorization: `Basic ${Buffer.from("admin:daisy").toString("base64")}` };
      for (let i = 0; i < 3; i++) expect((await web.ask({ headers: wrong })).status).toBe(401);
      const locked = await web.ask();
      expect(locked.status).toBe(429);
      expect(Number(locked.headers["retry-after"])).toBeGreaterThan(0);
      expect((await web.garden.update(await witness("2.0.0")))["app"]).toBe("witness@2.0.0");
    },
    await witness(),
  );
});

test.concurrent("the page is let go of when nobody comes, and comes again", async () => {
  await withWeb(
    async (web) => {
      const { garden } = web;
      await garden.ready();
      expect((await web.ask()).status).toBe(200);
      const from = garden.virtual.clock.now();
      while (garden.virtual.clock.now() < from + 40_000)
        await new Promise((resolve) => setTimeout(resolve, 50));
      expect((await web.ask()).status).toBe(200);
    },
    await witness(),
  );
});

test.concurrent("an application's own path, port, name and password; errors and answers as the original's", async () => {
  const app = await bundleOf("test/devs-fixtures/web");
  await withBoard({ app, password, speed: 10 }, async (garden) => {
    await garden.ready();
    const { hostPort } = await garden.wait("listening", { protocol: "tcp", port: 8080 });
    const call = (name: string, path = "/ota", init: RequestInit = {}) =>
      fetch(`http://127.0.0.1:${hostPort}${path}`, {
        ...init,
        headers: { authorization: `Basic ${Buffer.from(name).toString("base64")}` },
      });
    expect((await call(`gardener:${password}`)).status).toBe(401);
    expect((await call("admin:tulip")).status).toBe(401);
    expect((await call("gardener:tulip")).status).toBe(200);
    expect((await call("gardener:tulip", "/update")).status).toBe(404);
    const bad = await call("gardener:tulip", "/ota", {
      method: "POST",
      body: "no image at all, only words".repeat(20),
    });
    expect([bad.status, await bad.text()]).toEqual([
      200,
      "Update error: ERROR[10]: Magic byte is not 0xE9\n",
    ]);
    const form = new FormData();
    form.append("firmware", new Blob([new Uint8Array(await witness("2.0.0"))]), "witness.app");
    const good = await call("gardener:tulip", "/ota", { method: "POST", body: form });
    expect([good.status, await good.text()]).toEqual([200, "Update Success!"]);
    expect(garden.all("reset")).toEqual([]);
  });
});

const hasCurl = spawnSync("curl", ["--version"]).status === 0;

test.skipIf(!hasCurl).concurrent.each([
  ["--data-binary", (file: string) => ["--data-binary", `@${file}`]],
  ["-F image=", (file: string) => ["-F", `image=@${file}`]],
  ["-F, which waits for 100", (file: string) => ["-H", "Expect: 100-continue", "-F", `firmware=@${file}`]],
])("curl -L %s while valve 2 waters", async (_how, args) => {
  const folder = mkdtempSync(join(tmpdir(), "web-"));
  try {
    await withWeb(async (web) => {
      await web.garden.ready();
      await web.garden.water();
      const file = join(folder, "garden.app");
      writeFileSync(file, await garden2());
      const url = `http://127.0.0.1:${web.port}/update`;
      const curl = spawn("curl", ["-sL", "-m", "20", "-u", `admin:${password}`, ...args(file), url]);
      let out = "";
      curl.stdout.on("data", (data: Buffer) => {
        out += data.toString();
      });
      const code = await new Promise((resolve) => curl.on("close", resolve));
      expect([code, out.endsWith(success)]).toEqual([0, true]);
      expect(await web.garden.wait("confirmed")).toMatchObject({ app: "garden@2.0.0" });
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.concurrent("no password and nobody who said that none is wanted: no door", async () => {
  // A settings file without its hashes.
  const storage = Buffer.from(await storageOf({ password, web: true }));
  const at = storage.indexOf('"md5":"');
  storage.fill("x", at + 1, at + 4);
  storage.fill("x", storage.indexOf('"sha256":"') + 1, storage.indexOf('"sha256":"') + 7);
  await withBoard({ flash: chipOfStorage(storage), password }, async (garden) => {
    expect(await garden.wait("refused")).toMatchObject({ code: "NO_PASSWORD_SET" });
    expect(garden.all("listening")).toEqual([]);
  });
});
