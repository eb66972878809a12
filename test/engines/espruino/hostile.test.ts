import { execFileSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { linux } from "../../../boards/linux.js";
import { buildBundle } from "../../../src/espruino/build/bundle.js";
import { uploadImage } from "../../../src/host/index.js";
import { packageRoot } from "../../../src/node/package-root.js";
import { boardOfEngine, EngineBoard, engine, password, plain } from "./engine-board.js";

const board = engine === "" ? linux : boardOfEngine();
const onEngine = test.skipIf(engine === "");
/** Most builds for Linux make themselves more variables; those of chips' size have a fixed number. */
const onFixedMemory = test.skipIf(engine === "" || !hasFixedMemory());

function hasFixedMemory(): boolean {
  const folder = mkdtempSync(join(tmpdir(), "sluice-engine-"));
  try {
    const grow = 'var a=[];for(var i=0;i<20000;i++)a[i]="x"+i;print("#grew");quit();\n';
    writeFileSync(join(folder, "ask.js"), grow);
    const output = execFileSync(engine, ["ask.js"], { cwd: folder, encoding: "latin1", timeout: 20_000 });
    return !output.includes("#grew");
  } catch {
    return true;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function hostile(how: string, version = "9.0.0"): Promise<Uint8Array> {
  const dev = join(packageRoot(), "test/devs-fixtures/hostile");
  return (await buildBundle({ dev, manifest: join(dev, `${how}.json`), board, version })).bytes;
}

async function withApp(app: Uint8Array, use: (it: EngineBoard) => Promise<void>): Promise<void> {
  const it = await EngineBoard.start(board, app);
  try {
    await it.wait("ready");
    await use(it);
  } finally {
    await it.stop();
  }
}

onFixedMemory("a program whose interval runs out of memory is a crash, with its pins made safe", async () => {
  await withApp(await hostile("leak"), async (it) => {
    const from = it.events.length;
    expect((await it.wait("app-error", {}, from))["text"]).toMatch(/memory|callback/);
    expect(await it.wait("restart", { why: "crash" }, from)).toBeDefined();
  });
});

onFixedMemory("a program that was cut short while it was loaded is never confirmed", async () => {
  await withApp(await plain(board, "1.0.0"), async (it) => {
    await uploadImage({ image: await hostile("loading"), to: it.target, password });
    const back = await it.wait("rolled-back");
    expect(back).toMatchObject({ app: "hostile@9.0.0" });
    expect(it.events.filter(({ event }) => event === "confirmed")).toEqual([]);
    const from = it.events.indexOf(back);
    expect(await it.wait("ready", {}, from)).toMatchObject({ app: "plain@1.0.0" });
  });
});

for (const [how, what] of [
  ["timers", "clears all timers"],
  ["globals", "overrides the engine's globals"],
  ["clock", "sets the clock to anything"],
] as const)
  onEngine(`a program that ${what} is confirmed and can be updated`, async () => {
    await withApp(await plain(board, "1.0.0"), async (it) => {
      await uploadImage({ image: await hostile(how), to: it.target, password });
      expect(await it.wait("confirmed")).toMatchObject({ app: "hostile@9.0.0" });
      await uploadImage({ image: await plain(board, "2.0.0"), to: it.target, password });
      expect(await it.wait("confirmed", { app: "plain@2.0.0" })).toBeDefined();
    });
  });

onEngine("datagrams every few milliseconds put off neither the trial nor the next update", async () => {
  await withApp(await plain(board, "1.0.0"), async (it) => {
    const socket = createSocket("udp4");
    const flood = setInterval(() => socket.send("7", it.port, "127.0.0.1"), 10);
    try {
      await uploadImage({ image: await plain(board, "2.0.0"), to: it.target, password });
      expect(await it.wait("confirmed")).toMatchObject({ app: "plain@2.0.0" });
    } finally {
      clearInterval(flood);
      socket.close();
    }
  });
});
