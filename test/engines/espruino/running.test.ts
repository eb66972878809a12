import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { linux } from "../../../boards/linux.js";
import { buildAgent } from "../../../src/espruino/build/bundle.js";
import { storageImage } from "../../../src/espruino/provision.js";
import type { FlashEvent } from "../../../src/host/flash/job.js";
import { findTools } from "../../../src/host/flash/running/espruino-tools.js";
import { installOnRunning } from "../../../src/host/flash/running/install.js";
import { boardOfEngine, engine, plain } from "./engine-board.js";

/** The port of the engine's console, which it does not let one choose. */
const telnet = { host: "127.0.0.1", port: 2323 };
const port = `tcp://${telnet.host}:${telnet.port}`;
const board = engine === "" ? linux : boardOfEngine();

function hasTools(): boolean {
  try {
    return existsSync(findTools());
  } catch {
    return false;
  }
}

function answers(): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(telnet, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on("error", () => resolve(false));
  });
}

// The real engine, and npm's espruino as it is.
describe.skipIf(engine === "" || !hasTools())("a running Espruino with its console", () => {
  let folder = "";
  let running: ChildProcess | undefined;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "running-"));
  });
  afterEach(async () => {
    await stop();
    rmSync(folder, { recursive: true });
  });

  async function stop(): Promise<void> {
    const child = running;
    running = undefined;
    if (child === undefined || child.exitCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  /** Starts the engine on what its flash file holds, or on blank flash. */
  function launch(...args: string[]): ChildProcess {
    const child = spawn(engine, args, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] });
    running = child;
    return child;
  }

  async function launchWithConsole(): Promise<ChildProcess> {
    if (await answers()) throw new Error(`another program answers on ${port}`);
    const child = launch("--telnet");
    for (const end = performance.now() + 20_000; !(await answers()); )
      if (performance.now() > end) throw new Error("the console does not come");
    return child;
  }

  test("gets loader, agent and app through it, restarts into them, and is then left alone", async () => {
    const app = await plain(board, "1.0.0");
    const agent = (await buildAgent(board)).bytes;
    const storage = await storageImage(board, { agent, app, password: "tulip", log: true, port: 0 });
    const child = await launchWithConsole();
    // On Linux the engine's way to restart is to end.
    const restarted = once(child, "exit");
    const events: FlashEvent[] = [];
    const written = await installOnRunning(port, board, storage, { onEvent: (event) => events.push(event) });
    await restarted;
    expect(written).toBeGreaterThan(agent.length + app.length);
    expect(events.at(-1)).toEqual({ event: "restarted" });
    const there = readFileSync(join(folder, "espruino.flash"));
    expect(there.subarray(0, storage.length).equals(Buffer.from(storage))).toBe(true);

    const started = launch("-e", "0");
    let said = "";
    for await (const data of started.stdout ?? []) {
      said += String(data);
      if (said.includes('"ready"') || said.length > 20_000) break;
    }
    expect(said).toContain('"app":"plain@1.0.0"');
    await stop();

    await launchWithConsole();
    await expect(installOnRunning(port, board, storage, { erase: true })).rejects.toMatchObject({
      code: "STORAGE_NOT_EMPTY",
    });
  });

  test("is not written to when it is another board, and nobody is no board", async () => {
    const named = { ...linux, espruino: { ...(board.espruino ?? fail()), builds: ["ESP32"] } };
    await expect(installOnRunning(port, named, new Uint8Array(0))).rejects.toMatchObject({
      code: "NO_ESPRUINO_ON_PORT",
    });
    await launchWithConsole();
    await expect(installOnRunning(port, named, new Uint8Array(0))).rejects.toMatchObject({
      code: "WRONG_BOARD",
      message: expect.stringContaining("LINUX"),
    });
  });
});

function fail(): never {
  throw new Error("the linux board has lost its Espruino");
}
