import { createSocket } from "node:dgram";
import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { describe, expect, test } from "vitest";
import type { VirtualBoard } from "../../../src/board/virtual-board.js";
import { boardWith, hostPort, printed } from "../../support/firmware-board.js";

/** Sends datagrams one after the other and collects as many answers. */
async function exchange(
  board: VirtualBoard,
  datagrams: readonly Uint8Array[],
  answers: number,
): Promise<string[]> {
  const port = await hostPort(board, "udp", 3232);
  const socket = createSocket("udp4");
  const got: string[] = [];
  const all = new Promise<void>((resolve) => {
    socket.on("message", (data) => {
      got.push(data.toString("latin1"));
      if (got.length === answers) resolve();
    });
  });
  for (const datagram of datagrams) socket.send(datagram, port, "127.0.0.1");
  await all;
  socket.close();
  return got;
}

const echo = `
  var udp = require("dgram").createSocket("udp4");
  udp.on("message", function(text, from) { udp.send(text.length + " " + from.size + " " + text.charCodeAt(1), from.port, from.address); });
  udp.bind(3232);`;

describe.concurrent("datagrams", () => {
  test("longer than 528 bytes are cut on an ESP32; bytes stay bytes", async () => {
    const board = boardWith(echo);
    await board.start();
    const data = (length: number) => new Uint8Array(length).fill(0xff);
    expect(await exchange(board, [data(528), data(529), data(2000)], 3)).toEqual([
      "528 528 255",
      "528 528 255",
      "528 528 255",
    ]);
    await board.stop();
  });

  test("a part of a text can be sent, as send(text, offset, length, port, address)", async () => {
    const board = boardWith(`
      var udp = require("dgram").createSocket("udp4");
      udp.on("message", function(text, from) { udp.send("0123456789", 2, 3, from.port, from.address); });
      udp.bind(3232);`);
    await board.start();
    expect(await exchange(board, [Uint8Array.of(1)], 1)).toEqual(["234"]);
    await board.stop();
  });
});

/** A peer that the board connects to. */
async function peer(): Promise<{ port: number; socket: Promise<Socket>; close: () => void }> {
  const server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  return {
    port,
    socket: once(server, "connection").then(([socket]) => socket as Socket),
    close: () => server.close(),
  };
}

const client = (port: number, body: string): string => `
  var net = require("net");
  var socket = net.connect({ host: "127.0.0.1", port: ${port} }, function(c) { print("connected", c === socket); });
  socket.on("close", function(error) { print("close " + error); });
  ${body}`;

describe.concurrent("connections", () => {
  test("bring data in pieces of 536 bytes at most, one after the other, as binary text", async () => {
    const far = await peer();
    const board = boardWith(
      client(
        far.port,
        `var n = 0; socket.on("data", function(d) { n += d.length; print(d.length + " " + d.charCodeAt(0)); if (n === 1500) socket.end("thanks"); });`,
      ),
    );
    await board.start();
    const socket = await far.socket;
    socket.write(new Uint8Array(1500).fill(0xfe));
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString()).toBe("thanks");
    await printed(board, "close false");
    expect(board.console).toEqual(["connected true", "536 254", "536 254", "428 254", "close false"]);
    socket.destroy();
    far.close();
    await board.stop();
  });

  test("keep what arrives before there is a handler, and write answers false until 'drain'", async () => {
    const far = await peer();
    const board = boardWith(
      client(
        far.port,
        `var look = setInterval(function() {
        if (!socket.available()) return;
        clearInterval(look);
        print("kept " + socket.available());
        socket.on("data", function(d) { print("data " + d); });
      }, 20);
      socket.on("drain", function() { print("drain"); });
      print(socket.write("hello"));`,
      ),
    );
    await board.start();
    const socket = await far.socket;
    socket.write("early");
    await printed(board, "data early");
    expect(board.console).toContain("false");
    expect(board.console).toContain("drain");
    expect(board.console).toContain("kept 5");
    socket.destroy();
    far.close();
    await board.stop();
  });

  test("that are refused tell an error, then close; writing then throws", async () => {
    const far = await peer();
    far.close();
    const board = boardWith(
      client(
        far.port,
        `socket.on("error", function(e) { print("error " + e.code); });
      socket.on("close", function() { try { socket.write("x"); } catch (e) { print(e.message); } });`,
      ),
    );
    await board.start();
    await printed(board, "This socket is closed");
    expect(board.console).toEqual(["error -9", "close true", "This socket is closed"]);
    await board.stop();
  });

  test("of a board that restarts are reset; of one without power they say nothing until it is back", async () => {
    const board = boardWith(`require("net").createServer(function(c) { c.write("hi"); }).listen(23);`);
    await board.start();
    const port = await hostPort(board, "tcp", 23);
    const first = connect(port, "127.0.0.1");
    await once(first, "data");
    const reset = once(first, "error");
    const from = board.events.length;
    board.reset();
    expect(((await reset)[0] as NodeJS.ErrnoException).code).toBe("ECONNRESET");

    await board.waitFor("listening", 10_000, from); // the same port again
    const second = connect(port, "127.0.0.1");
    await once(second, "data");
    let heard = "nothing";
    second.on("error", () => {
      heard = "reset";
    });
    second.on("end", () => {
      heard = "end";
    });
    board.powerCut();
    second.write("anyone?");
    await new Promise((resolve) => setImmediate(resolve));
    expect(heard).toBe("nothing");
    const woken = new Promise((resolve) => second.once("close", resolve));
    board.powerOn();
    await woken;
    expect(heard).toBe("reset");
    await board.stop();
  });
});

describe.concurrent("http", () => {
  test("serves a page in pieces, reads a body, and closes", async () => {
    const board = boardWith(`
      require("http").createServer(function(q, r) {
        var n = 0;
        q.on("data", function(d) { n += d.length; });
        q.on("end", function() {
          r.writeHead(201, { "Content-Type": "text/plain" });
          r.write(q.method + " " + q.url + " " + q.headers["X-Test"] + " ");
          r.end(n);
        });
      }).listen(80);`);
    await board.start();
    const port = await hostPort(board, "tcp", 80);
    expect(board.httpPort).toBe(port);
    const answer = await fetch(`http://127.0.0.1:${port}/up?a=b`, {
      method: "POST",
      body: new Uint8Array(3000),
      headers: { "X-Test": "yes", Connection: "close" },
    });
    expect([answer.status, await answer.text()]).toEqual([201, "POST /up?a=b yes 3000"]);
    await board.stop();
  });

  test("fetches a page, with its head and a body as long as it says", async () => {
    const far = await peer();
    const board = boardWith(`
      require("http").get("http://127.0.0.1:${far.port}/app?v=1", function(r) {
        var got = "";
        r.on("data", function(d) { got += d; });
        r.on("close", function() { print(r.statusCode + " " + r.headers["Content-Length"] + " " + got); });
      });`);
    await board.start();
    const socket = await far.socket;
    const [request] = (await once(socket, "data")) as [Buffer];
    expect(request.toString()).toMatch(/^GET \/app\?v=1 HTTP\/1\.1\r\n/);
    expect(request.toString()).toContain("Connection: close\r\n");
    socket.end("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello and more");
    await printed(board, "200 5 hello");
    far.close();
    await board.stop();
  });
});
