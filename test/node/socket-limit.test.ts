import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { ownerOf } from "../../src/node/socket-limit.js";
import { doorBin } from "../server/support/images.js";
import { esp8266Request, type Rig, rawRequest, split, startRig } from "../server/support/rig.js";

const cli = join(import.meta.dirname, "../../bin/sluice.js");

/** Connects and waits; resolves with what came, when the peer has closed or reset the connection. */
function idle(port: number, from: string): { readonly socket: Socket; readonly over: Promise<string> } {
  const socket = connect({ port, host: "127.0.0.1", localAddress: from });
  let came = "";
  socket.on("data", (data) => {
    came += data.toString("latin1");
  });
  socket.on("error", () => undefined);
  const over = new Promise<string>((resolve) => socket.once("close", () => resolve(came)));
  onTestFinished(() => void socket.destroy());
  return { socket, over };
}

async function rigOf(options: Parameters<typeof startRig>[0] = {}): Promise<Rig> {
  const rig = await startRig(options);
  onTestFinished(() => rig.stop());
  rig.put("door-1.2.0.bin", doorBin);
  return rig;
}

describe("many idle connections of one address", () => {
  test("a running server answers everybody else, and its deadline frees them", async () => {
    const folder = mkdtempSync(join(tmpdir(), "sluice-idle-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const flags = ["serve", folder, "--open", "--port", "0", "--bind", "127.0.0.1", "--json"];
    const child = spawn(process.execPath, [cli, ...flags], { stdio: ["ignore", "pipe", "inherit"] });
    onTestFinished(() => void child.kill());
    const lines = createInterface({ input: child.stdout });
    let port = 0;
    for await (const line of lines) {
      port = (JSON.parse(line) as { port?: number }).port ?? 0;
      if (port > 0) break;
    }
    child.stdout.resume();
    const sockets = Array.from({ length: 500 }, () => idle(port, "127.0.0.1"));
    await Promise.all(sockets.map(({ socket }) => once(socket, "connect")));
    const answer = await rawRequest(port, "GET /api/status HTTP/1.1\r\nHost: x\r\n\r\n", "127.0.0.2");
    expect(split(answer).status).toBe(200);
    // Nor does anybody behind the same address wait.
    const own = await rawRequest(
      port,
      "GET /api/status HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
      "127.0.0.1",
    );
    expect(split(own).status).toBe(200);
    const ends = await Promise.all(sockets.map(({ over }) => over));
    const refused = ends.filter((text) => text.includes(" 503 ") && text.includes("Retry-After"));
    expect(refused).toHaveLength(500 - 63);
    expect(ends.filter((text) => text.includes(" 408 "))).toHaveLength(63);
    // The server learns a moment later that we have closed as well.
    await vi.waitFor(async () => {
      const later = await rawRequest(port, "GET /api/status HTTP/1.1\r\nHost: x\r\n\r\n", "127.0.0.1");
      expect(split(later).status).toBe(200);
    });
  }, 60_000);

  test("where each has begun to send they are reported once, and each surplus board is asked to come back", async () => {
    const rig = await rigOf();
    const sockets = Array.from({ length: 64 }, () => idle(rig.port, "127.0.0.1"));
    await Promise.all(sockets.map(({ socket }) => once(socket, "connect")));
    await Promise.all(sockets.map(({ socket }) => new Promise((sent) => socket.write("GET / HT", sent))));
    // What was sent before is read before this one is answered.
    expect(split(await rawRequest(rig.port, esp8266Request(), "127.0.0.2")).status).toBe(200);
    const answers = await Promise.all([1, 2, 3].map(() => rig.raw(esp8266Request())));
    for (const answer of answers) {
      expect(split(answer).status).toBe(503);
      expect(split(answer).head).toContain("Retry-After: 10");
    }
    expect(rig.events.filter(({ event }) => event === "trouble")).toHaveLength(1);
    sockets[0]?.socket.destroy();
    await sockets[0]?.over;
    expect(split(await rawRequest(rig.port, esp8266Request(), "127.0.0.2")).status).toBe(200);
  });

  test("a proxy stands for many: it is not limited, and its word about the address counts", async () => {
    const rig = await rigOf({ trustProxy: ["127.0.0.1"] });
    const sockets = Array.from({ length: 100 }, () => idle(rig.port, "127.0.0.1"));
    await Promise.all(sockets.map(({ socket }) => once(socket, "connect")));
    const forged = ["X-Forwarded-For: 10.9.9.9, 192.168.7.23"];
    expect(split(await rig.raw(esp8266Request({ extra: forged }))).status).toBe(200);
    expect((await rig.fleet.devices())[0]?.address).toBe("192.168.7.23");
    const direct = await rawRequest(rig.port, esp8266Request({ extra: forged }), "127.0.0.2");
    expect(split(direct).status).toBe(200);
    expect((await rig.fleet.devices())[0]?.address).toBe("127.0.0.2");
  });
});

test.each([
  ["192.168.7.1", "192.168.7.1"],
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2"],
  ["2001:db8::5", "2001:db8:0:0"],
  ["fe80::1:2:3:4", "fe80:0:0:0"],
  ["::1", "0:0:0:0"],
])("%s belongs to %s", (address, owner) => {
  expect(ownerOf(address)).toBe(owner);
});
