import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { addGateway, boardsTable, gatewayWords } from "../../src/cli/gateway.js";
import { addProvision } from "../../src/cli/provision.js";
import { eventPrinter } from "../../src/cli/terminal.js";
import { addUpload } from "../../src/cli/upload.js";
import { EndpointClient } from "../../src/devicescript/gateway/endpoint/endpoint-client.js";
import type { GatewayEvent } from "../../src/devicescript/gateway/events.js";
import { buildDevs } from "../support/devs-image.js";
import { runVerb } from "../support/run-verb.js";

let folder = "";
beforeAll(() => {
  vi.stubEnv("SLUICE_PASSWORD", "");
  folder = mkdtempSync(join(tmpdir(), "sluice-cli-gateway-"));
  writeFileSync(join(folder, "program.devs"), buildDevs());
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

/** TCP ports that a process listens at, where the system shows them (Linux). */
function listeningPorts(pid: number): number[] {
  if (process.platform !== "linux") return [];
  const inodes = readdirSync(`/proc/${pid}/fd`).map((fd) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1] ?? "";
    } catch {
      return "";
    }
  });
  const rows = readFileSync("/proc/net/tcp", "utf8").split("\n").slice(1);
  return rows.flatMap((row) => {
    const fields = row.trim().split(/\s+/);
    const isOurs = fields[3] === "0A" && inodes.includes(fields[9] ?? "-");
    return isOurs ? [Number.parseInt(fields[1]?.split(":")[1] ?? "", 16)] : [];
  });
}

const state = (): string => join(folder, "state");

describe("sluice gateway", () => {
  test("runs alone with its state folder, and ends at a signal", { timeout: 30_000 }, async () => {
    const cli = join(import.meta.dirname, "../../bin/sluice.js");
    const flags = ["--state", state(), "--port", "0", "--bind", "127.0.0.1"];
    const child = spawn(process.execPath, [cli, "gateway", ...flags, "--json"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const exit = once(child, "exit");
    try {
      const [line] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
      expect(JSON.parse(line)).toMatchObject({
        event: "ready",
        folder: state(),
        address: "127.0.0.1",
        boards: [],
      });
      await expect(runVerb(addGateway, "gateway", ...flags)).rejects.toMatchObject({
        code: "GATEWAY_RUNNING",
      });
      const { out } = await runVerb(addGateway, "gateway", "boards", "--state", state(), "--json");
      expect(out).toBe("[]\n");
      await expect(
        runVerb(
          addUpload,
          "upload",
          join(folder, "program.devs"),
          "--to",
          "roses",
          "--gateway",
          state(),
          "--quiet",
        ),
      ).rejects.toMatchObject({ code: "NO_SUCH_BOARD" });
      await expect(
        runVerb(addGateway, "gateway", "rotate", "roses", "--state", state()),
      ).rejects.toMatchObject({
        code: "NO_SUCH_BOARD",
      });
      expect(readdirSync(state()).sort()).toEqual(["boards", "gateway.sock", "programs"]);
    } finally {
      child.kill("SIGTERM");
    }
    expect(await exit).toEqual([0, null]);
    expect(existsSync(join(state(), "gateway.sock"))).toBe(false);
  });

  test("a gateway that was killed leaves nothing that another could take over", {
    timeout: 30_000,
  }, async () => {
    const killed = join(folder, "killed");
    const start = async () => {
      const cli = join(import.meta.dirname, "../../bin/sluice.js");
      const flags = ["--state", killed, "--port", "0", "--bind", "127.0.0.1", "--json"];
      const child = spawn(process.execPath, [cli, "gateway", ...flags], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      await once(createInterface({ input: child.stdout }), "line");
      return { child, exit: once(child, "exit") };
    };
    const first = await start();
    const ports = listeningPorts(first.child.pid ?? 0);
    first.child.kill("SIGKILL");
    await first.exit;
    // Whoever binds its ports next.
    const heard: string[] = [];
    const strangers = ports.map((port) => {
      const stranger = createServer((socket) => socket.on("data", (data) => heard.push(String(data))));
      return stranger.listen(port, "127.0.0.1");
    });
    try {
      const client = new EndpointClient(killed);
      const key = Buffer.alloc(32, 7);
      await expect(
        client.learn({ id: "0011223344556677", name: "roses", key, state: {} }),
      ).rejects.toMatchObject({ code: "GATEWAY_NOT_RUNNING" });
      expect(heard).toEqual([]);
      const second = await start();
      expect(await client.boards()).toEqual([]);
      second.child.kill("SIGTERM");
      await second.exit;
    } finally {
      for (const stranger of strangers) stranger.close();
    }
  });

  test("what needs a running gateway says so", async () => {
    const none = join(folder, "none");
    for (const call of [
      runVerb(addGateway, "gateway", "boards", "--state", none),
      runVerb(addUpload, "upload", join(folder, "program.devs"), "--to", "roses", "--gateway", none),
    ])
      await expect(call).rejects.toMatchObject({ code: "GATEWAY_NOT_RUNNING" });
  });

  test("half a certificate is none", async () => {
    const call = runVerb(addGateway, "gateway", "--state", join(folder, "tls"), "--cert", "x");
    await expect(call).rejects.toMatchObject({ code: "BAD_SERVER_CONFIG" });
  });

  test("an address that no board can use is refused before the port is opened", async () => {
    const call = runVerb(addProvision, "provision", "--port", "/dev/null", "--gateway", "http://x/y");
    await expect(call).rejects.toMatchObject({ code: "BAD_GATEWAY_ADDRESS" });
  });
});

describe("what the gateway prints", () => {
  const events: GatewayEvent[] = [
    { event: "connected", board: "roses", id: "0011223344556677", address: "10.0.0.7" },
    { event: "refused", id: "", address: "10.0.0.8", code: "BAD_HANDSHAKE", text: "not a board" },
    { event: "update", board: "roses", step: { event: "safe", by: "program" } },
    { event: "update", board: "roses", step: { event: "progress", sent: 1, acknowledged: 1, total: 2 } },
    { event: "log", board: "roses", text: "one\ntwo\n" },
    { event: "exception", board: "roses", text: "Error\n at main" },
    { event: "learned", board: "roses", id: "0011223344556677" },
    { event: "rotated", board: "roses" },
    { event: "disconnected", board: "roses", text: "the board closed it" },
    { event: "trouble", text: "disk full" },
  ];

  test("lines for people, JSON for scripts", () => {
    const lines = (json: boolean): string[] => {
      let text = "";
      const show = eventPrinter({ json, out: (more) => (text += more) }, gatewayWords);
      for (const event of events) show(event);
      return text.trimEnd().split("\n");
    };
    expect(lines(false)).toEqual([
      "roses connected from 10.0.0.7",
      "refused somebody from 10.0.0.8: not a board",
      "roses: Safe",
      "roses | one",
      "roses | two",
      "roses ! Error",
      "roses !  at main",
      "roses (0011223344556677) was provisioned",
      "roses has its new key, the old one is forgotten",
      "roses disconnected: the board closed it",
      "trouble: disk full",
    ]);
    expect(lines(true).map((line) => JSON.parse(line))).toEqual(events);
  });

  test("a table of boards", () => {
    const row = {
      address: "10.0.0.7",
      sha256: "",
      app: "",
      version: "",
      healthy: undefined,
      why: "",
      updating: false,
    };
    const run = { ...row, sha256: "ab".repeat(32), app: "garden", version: "1.0.0" };
    expect(
      boardsTable([
        { ...row, name: "roses", id: "0011223344556677", connected: false },
        { ...run, name: "herbs", id: "8899aabbccddeeff", connected: true, healthy: false, why: "no water" },
      ]),
    ).toBe(
      "roses  0011223344556677  away      no program\n" +
        "herbs  8899aabbccddeeff  10.0.0.7  garden 1.0.0 (abababab)  not well: no water\n",
    );
    expect(boardsTable([])).toMatch(/^No board is known yet/);
  });
});
