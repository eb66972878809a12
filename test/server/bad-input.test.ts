import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { databases } from "./support/databases.js";
import { doorBin } from "./support/images.js";
import { esp8266Request, guarded, lines, type Rig, split, startRig } from "./support/rig.js";

let rig: Rig;
afterEach(() => rig.stop());

const status = async (request: string): Promise<number> => split(await rig.raw(request)).status;

describe("heads", () => {
  test("30 kB of headers get 431 and the end", async () => {
    rig = await startRig();
    const extra = Array.from({ length: 300 }, (_, i) => `x-ESP8266-more-${i}: ${"y".repeat(80)}`);
    expect((await rig.raw(esp8266Request({ extra }))).toString()).toMatch(
      /^HTTP\/1\.1 431 Request Header Fields Too Large\r\n[\s\S]*\r\n\r\na head of at most 8192 bytes\n$/,
    );
    expect(await status(esp8266Request({ extra: [`x-long: ${"y".repeat(30_000)}`] }))).toBe(431);
  });

  test.each([
    "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    "GET / HTTP/9.9\r\n\r\n",
    "GET  HTTP/1.1\r\n\r\n",
    "POST /report HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "GET /update HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n",
    "GET /update HTTP/1.1\r\nHost: x\r\n x-folded: y\r\n\r\n",
    "GET /update HTTP/1.1\r\n\r\n",
    "\0\0\0\0\r\n\r\n",
  ])("%j is no request", async (request) => {
    rig = await startRig();
    expect(await status(request)).toBe(400);
  });

  test.each([
    "/../../etc/passwd",
    "/update/%2e%2e/%2e%2e/etc/passwd",
    "/update/..%5c..%5cx",
    "/.sluice/server.db",
    "http://x/update",
  ])("%s gets nothing of the disk", async (path) => {
    rig = await startRig();
    rig.put(".sluice/server.db", "secret");
    expect((await rig.raw(esp8266Request({ path }))).toString()).toMatch(
      /^HTTP\/1\.1 400 [\s\S]*\r\n\r\nbad path\n$/,
    );
  });

  test("a forged header does not reach logs or answers with its line breaks", async () => {
    rig = await startRig();
    expect(await status(esp8266Request({ version: "1.0\x01\x7f" }))).toBe(400);
    expect(await status(esp8266Request({ extra: ["x-ESP8266-STA-MAC: AA:AA:AA:AA:AA:AA"] }))).toBe(400);
    expect(await rig.fleet.devices()).toEqual([]);
  });

  test("other methods", async () => {
    rig = await startRig();
    for (const [method, path, allow] of [
      ["POST", "/update/door", "GET"],
      ["PUT", "/", "GET, HEAD"],
      ["DELETE", "/api/devices", "GET, HEAD"],
      ["GET", "/report", "POST"],
    ])
      expect(
        (await rig.raw(lines(`${method} ${path} HTTP/1.1`, "Host: x", "Content-Length: 0"))).toString(),
      ).toMatch(new RegExp(`^HTTP/1\\.1 405 Method Not Allowed\r\nAllow: ${allow}\r\n`));
  });
});

describe("slow and silent clients", () => {
  const slow = { patience: { headMs: 100, idleMs: 200 } };
  /** All that comes until the server ends it. */
  async function until(socket: Socket): Promise<string> {
    let text = "";
    socket.on("data", (piece) => {
      text += piece;
    });
    socket.on("error", () => undefined);
    await once(socket, "close");
    return text;
  }

  test.concurrent.each([
    ["nothing", ""],
    ["half a head", "GET /update HTTP/1.1\r\nHost: x\r\nUser-Ag"],
    ["half a body", "POST /report HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n{"],
  ])("who sends %s is not waited for", async (_, begun) => {
    const own = await startRig(slow);
    const socket = connect({ port: own.port, host: "127.0.0.1" });
    const answer = until(socket);
    socket.write(begun);
    expect(await answer).toMatch(/^HTTP\/1\.1 408 Request Timeout\r\n|^$/);
    await own.stop();
  });
});

describe("bodies", () => {
  const post = (body: string, length = body.length): string =>
    lines("POST /report HTTP/1.1", "Host: x", "Connection: close", `Content-Length: ${length}`) + body;

  test("too long, announced or not", async () => {
    rig = await startRig();
    expect(await status(post("x".repeat(5000)))).toBe(413);
    const chunked = lines(
      "POST /report HTTP/1.1",
      "Host: x",
      "Connection: close",
      "Transfer-Encoding: chunked",
    );
    expect(await status(`${chunked}1400\r\n${"x".repeat(5120)}\r\n0\r\n\r\n`)).toBe(413);
  });

  test("shorter than announced: nothing is written down", async () => {
    rig = await startRig();
    const socket = connect({ port: rig.port, host: "127.0.0.1" });
    socket.on("error", () => undefined);
    socket.resume();
    socket.end(post('{"mac":"18FEAA0B0C0D","event":"installed"}', 500));
    await once(socket, "close");
    expect(await rig.fleet.devices()).toEqual([]);
  });

  test("longer than announced: what follows is no second request that anyone believes", async () => {
    rig = await startRig({ secrets: guarded });
    const smuggled = post("{}", 2) + esp8266Request();
    expect((await rig.raw(smuggled)).toString().match(/HTTP\/1\.1/g)?.length).toBe(1);
  });

  test("a page of another site reports nothing, whatever the owner's browser knows", async () => {
    rig = await startRig();
    const body = '{"mac":"18FEAA0B0C0D","event":"rolled-back"}';
    for (const origin of ["https://elsewhere.example", "null"])
      expect(await status(post(body).replace("Host: x", `Host: x\r\nOrigin: ${origin}`))).toBe(403);
    expect(await rig.fleet.devices()).toEqual([]);
  });

  test("no secret, no report", async () => {
    rig = await startRig({ secrets: guarded });
    expect(await status(post('{"mac":"18FEAA0B0C0D","event":"installed"}'))).toBe(401);
    expect(await rig.fleet.devices()).toEqual([]);
  });
});

describe.each(databases)("$name is gone", ({ open }) => {
  test("boards are asked to come back, and never get an image", async () => {
    const store = await open();
    rig = await startRig({ db: store.db });
    rig.put("door-1.2.0.bin", doorBin);
    expect(await status(esp8266Request())).toBe(200);
    await rig.event("sent");
    await store.close();
    const body = '{"mac":"18FEAA0B0C0D","event":"installed"}';
    const asked = [
      esp8266Request(),
      lines("GET /api/devices HTTP/1.1", "Host: x"),
      lines("GET / HTTP/1.1", "Host: x"),
    ];
    asked.push(lines("POST /report HTTP/1.1", "Host: x", `Content-Length: ${body.length}`) + body);
    for (const request of asked) {
      const { head, body: words } = split(await rig.raw(request));
      expect(head).toMatch(/^HTTP\/1\.1 503 Service Unavailable\r\nRetry-After: 30\r\n/);
      expect(words.toString()).toBe("the server cannot look it up just now\n");
    }
    expect(rig.events.filter(({ event }) => event === "trouble").length).toBe(4);
  });
});

test("a folder that has gone is no folder without images", async () => {
  rig = await startRig();
  rig.put("door-1.2.0.bin", doorBin);
  const { rmSync } = await import("node:fs");
  rmSync(rig.folder, { recursive: true });
  expect(await status(esp8266Request())).toBe(503);
});
