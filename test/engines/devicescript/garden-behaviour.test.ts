import "../../devs/garden/watering.test.js";
import "../../devs/garden/faults.test.js";
import "../../devs/garden/safe-state.test.js";
import "../../devs/garden/interruption.test.js";
import { once } from "node:events";
import { cpSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { type Life, recordLives } from "../../devs/garden/recording.js";
import { within } from "../../support/devicescript/watch.js";
import { linesOf } from "./garden-replay.js";
import { compile, runProgram } from "./run-program.js";

// The garden's own tests run here once more, recorded; then every life in them is played to the same garden, compiled for
// DeviceScript, in its VM. What it does must be the same, at the same times.
const lives = recordLives();

/** Bytes that are sent before the VM requests more. */
const pieceLength = 900;

async function* said(socket: Socket): AsyncGenerator<string> {
  let rest = "";
  for await (const data of socket.setEncoding("latin1")) {
    const lines = `${rest}${data}`.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
  }
}

class Player {
  private readonly lines: AsyncGenerator<string>;

  constructor(private readonly socket: Socket) {
    this.lines = said(socket);
  }

  async next(): Promise<string> {
    const { value, done } = await within(20_000, "a word from the VM", this.lines.next());
    if (done) throw new Error("the VM has closed");
    return value;
  }

  async play(life: Life): Promise<string[]> {
    const text = `${linesOf(life).join("\n")}\n`;
    const did: string[] = [];
    for (let at = 0; at < text.length; at += pieceLength) {
      this.socket.write(text.slice(at, at + pieceLength), "latin1");
      for (let line = await this.next(); line !== "more"; line = await this.next()) did.push(line);
    }
    expect(did.pop()).toBe("X");
    return did;
  }
}

describe("the same garden in the DeviceScript VM", () => {
  const folder = mkdtempSync(join(tmpdir(), "sluice-player-"));
  let server: Server | undefined;
  afterAll(() => {
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test("does the same at the same times in every life that its tests have seen", async () => {
    const played = lives.filter(({ dated }) => !dated);
    expect(played.length).toBeGreaterThan(80);
    server = createServer();
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    for (const part of ["devs/garden", "src/core", "test/engines/devicescript/programs"])
      cpSync(part, join(folder, part), { recursive: true });
    const { port } = server.address() as AddressInfo;
    const programs = join(folder, "test/engines/devicescript/programs");
    writeFileSync(join(programs, "garden-player-port.ts"), `export const port: number = ${port};\n`);
    const bytecode = await compile(join(programs, "garden-player.ts"));
    const connection = once(server, "connection") as Promise<[Socket]>;
    const ended = runProgram(bytecode, 500_000);
    const [socket] = await Promise.race([
      connection,
      ended.then(() => Promise.reject(new Error("it ended"))),
    ]);
    const player = new Player(socket);
    expect(await player.next()).toBe("ready");
    for (const life of played) {
      const did = await player.play(life);
      expect(did, linesOf(life).join("\n")).toEqual(life.did);
    }
    socket.end();
    await ended;
  }, 550_000);
});
