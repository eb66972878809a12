import { slh_dsa_sha2_128s as slhDsa } from "@noble/post-quantum/slh-dsa.js";
import { chips } from "../../../boards/index.js";
import { BundleKind, Engine } from "../../../src/core/bundle/header.js";
import { bundleScript } from "../../../src/espruino/build/bundle.js";
import { encodeBundle } from "../../../src/espruino/build/encode-bundle.js";
import { packageRoot } from "../../../src/node/package-root.js";
import { Esp32Board } from "./esp32-board.js";
import { board } from "./flash-file.js";

const patienceMs = 600_000;
const notes = new Uint8Array(2 * board.blockLength).fill(0xff);

async function printed(it: Esp32Board, word: string): Promise<string> {
  const fits = (line: string): boolean => line.includes(word);
  return it.console.find(fits) ?? (await it.waitForLine(fits, patienceMs));
}

/** Seconds of the board's clock that it takes to verify a signature, beside the agent. */
export async function verification(): Promise<number> {
  const message = new Uint8Array(144).fill(3);
  const { publicKey, secretKey } = slhDsa.keygen(new Uint8Array(48).fill(7));
  const signature = slhDsa.internal.sign(message, secretKey, { extraEntropy: false });
  const define = { BENCH_MESSAGE: `${message.length}`, BENCH_SIGNATURE: `${signature.length}` };
  const entry = `${packageRoot()}/bench/device/signature.ts`;
  const { code } = await bundleScript({ entry, kind: "app", board, define });
  const fields = { name: "bench", version: "1.0.0", agentVersion: "", safePins: [] };
  const family = chips[board.chip].family;
  const app = encodeBundle(
    { ...fields, kind: BundleKind.App, engine: Engine.Espruino, family },
    Buffer.from(code, "latin1"),
  );
  const file = { name: "image", flags: 0, data: Buffer.concat([publicKey, message, signature]) };
  const it = await Esp32Board.start(app, { kept: { notes, files: [file] } });
  try {
    const took = await printed(it, "#us");
    const result = await printed(it, "#result");
    if (!result.includes("true")) throw new Error(`the board did not take a good signature: ${result}`);
    return Number(/#us ([\d.]+)/.exec(took)?.[1]) / 1e6;
  } finally {
    await it.stop();
  }
}
