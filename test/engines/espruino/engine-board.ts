import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Board } from "../../../boards/index.js";
import { linux } from "../../../boards/linux.js";
import { type BoardEvent, EventLog } from "../../../src/board/events.js";
import { buildAgent, buildBundle } from "../../../src/espruino/build/bundle.js";
import { type ProvisionOptions, storageImage } from "../../../src/espruino/provision.js";
import { packageRoot } from "../../../src/node/package-root.js";

export const engine = process.env["ESPRUINO"] ?? "";
export const password = "dandelion";
const patienceMs = 60_000;
/** Characters of the console that are kept. */
const saidLength = 4000;
/** Blocks of a slot where the build's flash is smaller than ours: 256 KB then hold all four. */
const smallSlot = 48;

/** Our Linux board with as much flash as this build of the engine has. */
export function boardOfEngine(): Board {
  const folder = mkdtempSync(join(tmpdir(), "sluice-engine-"));
  try {
    writeFileSync(
      join(folder, "ask.js"),
      'print("#" + require("Storage").getStats().totalBytes);\nquit();\n',
    );
    const said = execFileSync(engine, ["ask.js"], { cwd: folder, encoding: "latin1", timeout: 20_000 });
    const size = Number(/^#(\d+)/m.exec(said)?.[1]);
    if (linux.espruino === undefined) throw new Error("the linux board has lost its Espruino");
    if (size === linux.flashSize) return linux;
    const storage = { ...linux.espruino.storage, size };
    const store = { agentBlocks: smallSlot, appBlocks: smallSlot };
    return { ...linux, flashSize: size, espruino: { ...linux.espruino, storage, store } };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** @param how manifest of test/devs-fixtures/plain */
export async function plain(board: Board, version: string, how = "sluice"): Promise<Uint8Array> {
  const dev = join(packageRoot(), "test/devs-fixtures/plain");
  return (await buildBundle({ dev, manifest: join(dev, `${how}.json`), board, version })).bytes;
}

async function freePort(): Promise<number> {
  const socket = createSocket("udp4");
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  return port;
}

/** Another build than `ESPRUINO` names, and what is in its environment. */
export interface EngineProgram {
  readonly path: string;
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * The real engine as a board: its flash is a file, a restart of the chip is a new process, and a power cut is SIGKILL.
 */
export class EngineBoard {
  readonly #log = new EventLog(() => performance.now());
  /** What the console printed besides events, the newest at the end. */
  said = "";
  #child: ChildProcess | undefined;
  #on = true;

  private constructor(
    readonly port: number,
    readonly folder: string,
    /** Evaluated at every start, after loader, agent and app. */
    private readonly script: string,
    private readonly program: EngineProgram,
  ) {}

  static async start(
    board: Board,
    app: Uint8Array,
    more: Partial<ProvisionOptions> = {},
    script = "0",
    program: EngineProgram = { path: engine },
  ): Promise<EngineBoard> {
    const port = await freePort();
    const folder = mkdtempSync(join(tmpdir(), "sluice-engine-"));
    const agent = (await buildAgent(board)).bytes;
    const image = await storageImage(board, { agent, app, password, port, log: true, ...more });
    writeFileSync(join(folder, "espruino.flash"), image);
    const it = new EngineBoard(port, folder, script, program);
    it.#launch();
    return it;
  }

  get events(): readonly BoardEvent[] {
    return this.#log.events;
  }

  get target(): { readonly host: string; readonly port: number } {
    return { host: "127.0.0.1", port: this.port };
  }

  /** Waits for an event of that name and these members, from event number `from` on. */
  wait(event: string, members: Readonly<Record<string, unknown>> = {}, from = 0): Promise<BoardEvent> {
    const fits = (one: BoardEvent) =>
      one.event === event && Object.entries(members).every(([name, value]) => one[name] === value);
    return this.#log.waitFor(fits, patienceMs, from);
  }

  /** Types a line at the board's console, as a REPL takes it. */
  type(line: string): void {
    this.#child?.stdin?.write(`${line}\n`);
  }

  /** Kills the process in whatever it does; a new one starts by itself. @returns number of the next event */
  async powerCycle(): Promise<number> {
    const child = this.#child;
    const gone = child === undefined ? undefined : once(child, "exit");
    const from = this.events.length;
    child?.kill("SIGKILL");
    await gone;
    return from;
  }

  async stop(): Promise<void> {
    this.#on = false;
    await this.powerCycle();
    rmSync(this.folder, { recursive: true, force: true });
  }

  #launch(): void {
    const { path, env } = this.program;
    const child = spawn(path, ["-e", this.script], {
      cwd: this.folder,
      env: { ...process.env, ...env },
      stdio: ["pipe", "pipe", "ignore"],
    });
    this.#child = child;
    let rest = "";
    child.stdout.on("data", (data) => {
      const lines = (rest + data.toString("latin1")).split("\n");
      rest = lines.pop() ?? "";
      for (const line of lines) {
        const found = /sluice (\{.*\})/.exec(line);
        if (found) this.#log.add(JSON.parse(found[1]));
        else this.said = `${this.said}${line}\n`.slice(-saidLength);
      }
    });
    // E.reboot ends the process here.
    child.once("exit", () => {
      this.#child = undefined;
      if (this.#on) this.#launch();
    });
  }
}
