import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { makeFlash } from "../../../src/board/board-flash.js";
import { NodeLine } from "../../../src/host/flash/node-line.js";
import { writeJob } from "../../../src/host/flash/write-job.js";
import { filler } from "../../support/images.js";
import { serveSerial } from "../../support/model-line.js";
import { esp32 } from "../../support/test-bundles.js";

/** A pseudo-terminal is a serial port without DTR and RTS. Node cannot make one, Python can. */
const hasPty = process.platform === "linux" && spawnSync("python3", ["-c", "import pty"]).status === 0;
const bridgeScript = fileURLToPath(new URL("../../support/pty-bridge.py", import.meta.url));

class PtyLine extends NodeLine {
  override readonly hasSignals: boolean = false;
}

const bridges: ChildProcess[] = [];
afterEach(() => {
  for (const bridge of bridges.splice(0)) bridge.kill("SIGKILL");
});

async function ptyTo(port: number): Promise<{ line: PtyLine; bridge: ChildProcess }> {
  const bridge = spawn("python3", [bridgeScript, String(port)], { stdio: ["ignore", "pipe", "inherit"] });
  bridges.push(bridge);
  if (bridge.stdout === null) throw new Error("the bridge has no output");
  const [name] = await once(bridge.stdout, "data");
  return { line: new PtyLine(String(name).trim(), { vendor: undefined, product: undefined }), bridge };
}

const pieces = [0x10000, 0x20000].map((address, seed) => {
  const bytes = filler(30_000, seed + 1);
  return { address, bytes, md5: createHash("md5").update(bytes).digest("hex"), what: `part ${seed}` };
});
const job = { chip: "esp32", flashSize: 0x400000, pieces, erase: false, baud: 460800 } as const;

test.skipIf(!hasPty)("a port of the operating system, pulled and plugged in again", async () => {
  const flash = makeFlash(esp32);
  const server = await serveSerial("esp32", flash);
  try {
    const first = await ptyTo(server.port);
    const pulled = writeJob(first.line, job, {
      onEvent: (event) =>
        event.event === "writing" && event.what === "part 1" && first.bridge.kill("SIGKILL"),
    });
    await expect(pulled).rejects.toMatchObject({ code: "CABLE_LOST" });
    const second = await ptyTo(server.port);
    expect(await writeJob(second.line, job)).toEqual({ written: 30_000, same: 30_000 });
    for (const { address, bytes } of pieces)
      expect(Buffer.from(flash.read(address, bytes.length)).equals(Buffer.from(bytes))).toBe(true);
  } finally {
    await server.close();
  }
});

test.skipIf(!hasPty)("without DTR and RTS it is no port of a board", async () => {
  const server = await serveSerial("esp32", makeFlash(esp32));
  try {
    const { line } = await ptyTo(server.port);
    const plain = new NodeLine(line.path, line.usb);
    await expect(writeJob(plain, job)).rejects.toMatchObject({ code: "NO_BOARD_ON_PORT" });
  } finally {
    await server.close();
  }
});
