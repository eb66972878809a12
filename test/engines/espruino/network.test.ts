import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { linux } from "../../../boards/linux.js";
import { VirtualBoard } from "../../../src/board/virtual-board.js";

const engine = process.env["ESPRUINO"];

/**
 * A client twice, then a server that is its own client. `peer` is a port of ours; `web` the port to serve at, and
 * `reach()` returns where that can be reached.
 */
const script = (peer: number, web: number): string => `
function say(x) { print("#" + x); }
var net = require("net");
var n = 0;
var c = net.connect({ host: "127.0.0.1", port: ${peer} }, function(s) { say("connected " + (s === c)); });
c.on("drain", function(x) { say("drain " + (x === c)); });
c.on("data", function(d) { n += d.length; say("data " + d.length); if (n === 1500) say(c.write("thanks")); });
c.on("end", function() { say("end"); });
c.on("close", function(e) { say("close " + e); try { c.write("x"); } catch (e) { say(e.message); } second(); });
function second() {
  var e = net.connect({ host: "127.0.0.1", port: ${peer} }, function(s) { s.write("bye"); s.end("!"); say("ended"); });
  e.on("drain", function() { say("e drain"); });
  e.on("end", function() { say("e end"); });
  e.on("close", function(x) { say("e close " + x); http(); });
}
function http() {
  require("http").createServer(function(q, r) {
    say(q.method + " " + q.url + " " + q.headers.Z + " " + q.headers.Connection + " " + q.headers["Content-Length"]);
    q.on("data", function(d) { say("body " + d.length); });
    q.on("end", function() { say("q end"); r.writeHead(200, { A: 1 }); r.write("abc"); r.end("def"); });
    q.on("close", function() { say("q close"); });
    r.on("close", function() { say("r close"); });
  }).listen(${web});
  setTimeout(request, 100);
}
function request() {
  var q = require("http").request({ host: "127.0.0.1", port: reach(), path: "/x?y", method: "POST",
    headers: { "Content-Length": 4, Z: "t" } }, function(r) {
    say("status " + r.statusCode + " " + r.statusMessage + " " + r.headers.Connection + " " + r.headers.A);
    r.on("data", function(d) { say("response " + d); });
    r.on("end", function() { say("response end"); });
    r.on("close", function() { say("response close"); say("quit"); quit(); });
  });
  q.end("1234");
}`;

/** Gives its first connection 1500 bytes and ends it when thanked. */
async function peerServer(): Promise<{ server: Server; port: number }> {
  let first = true;
  const server = createServer((socket) => {
    socket.on("error", () => undefined);
    socket.on("data", (data) => {
      if (data.toString() === "thanks") socket.end();
    });
    if (first) socket.write(new Uint8Array(1500));
    first = false;
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { server, port: (server.address() as AddressInfo).port };
}

const said = (text: string): string[] => [...text.matchAll(/#[^\r\n]*/g)].map(([line]) => line);

async function theirs(): Promise<string[]> {
  const directory = mkdtempSync(join(tmpdir(), "sluice-net-"));
  const { server, port } = await peerServer();
  const spare = await peerServer();
  spare.server.close();
  try {
    const code = `function reach() { return ${spare.port}; }${script(port, spare.port)}`;
    writeFileSync(join(directory, "s.js"), code);
    const child = spawn(engine ?? "", ["s.js"], { cwd: directory, timeout: 20_000 });
    let output = "";
    child.stdout.on("data", (data: Buffer) => {
      output += data.toString("latin1");
    });
    await once(child, "close");
    return said(output);
  } finally {
    server.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function ours(): Promise<string[]> {
  const { server, port } = await peerServer();
  const board = new VirtualBoard({ board: linux });
  const ended = board.waitFor((event) => event["text"] === "#quit", 20_000);
  const listens = board.waitFor("listening", 20_000);
  board.powerOn();
  board.run(script(port, 80), "script");
  await listens;
  board.run(`function reach() { return ${board.httpPort}; }`, "reach");
  await ended;
  await board.stop();
  server.close();
  return said(board.console.join("\n"));
}

test.skipIf(!engine)("sockets and pages: the same events in the same order as in Espruino", async () => {
  const expected = await theirs();
  expect(expected.at(-1)).toBe("#quit");
  expect(await ours()).toEqual(expected);
});
