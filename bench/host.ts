import { createHash } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { judgeImage } from "../src/core/image/judge.js";
import { anyTarget, chunkSource } from "../src/core/image/source.js";
import { Md5 } from "../src/core/md5.js";
import { nodeBytes } from "../src/node/bytes.js";
import { nodeCrypto } from "../src/node/crypto.js";
import { plan } from "../src/prover/plan.js";
import { provePath } from "../src/prover/prove.js";
import { doorBin } from "../test/server/support/images.js";
import { esp8266Request, rawRequest, split, startRig } from "../test/server/support/rig.js";
import { buildEsp32, filler } from "../test/support/images.js";
import { type Row, ratioOf, table, whole } from "./table.js";

const megabyte = 0x100000;

/** ms of the fastest of a few goes: what else the machine does can only add to it. */
function fastest(work: () => void, goes = 7): number {
  let best = Number.POSITIVE_INFINITY;
  for (let go = 0; go < goes; go++) {
    const start = performance.now();
    work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

/** Hashing and judging, beside what Node hashes natively. */
export function hashTable(): string {
  const data = filler(megabyte);
  const image = buildEsp32({
    segments: [{ address: 0x40080000, data: filler(megabyte, 3) }],
    entry: 0x40080004,
  });
  const target = anyTarget;
  const judged = judgeImage({ bytes: nodeBytes, crypto: nodeCrypto }, chunkSource(image), target);
  if (judged.fault !== undefined) throw new Error(judged.fault.text);
  const base = fastest(() => createHash("md5").update(data).digest());
  const rate = (ms: number): string => `${whole(1000 / ms)} MB/s`;
  const row = (what: string, ms: number): Row => ({ what, measured: rate(ms), ratio: ratioOf(base, ms) });
  const own = fastest(() => {
    const md5 = new Md5(nodeBytes);
    md5.update(data);
    md5.hex();
  });
  const judging = fastest(() => {
    judgeImage({ bytes: nodeBytes, crypto: nodeCrypto }, chunkSource(image), target);
  });
  return table("Hashing and judging in Node", "Node's own MD5", [
    { what: "MD5 by `node:crypto`", measured: rate(base), ratio: undefined },
    row("MD5 by `src/core/md5.ts`", own),
    row("judging an ESP32 image of 1 MB, checksum and hash", judging),
  ]);
}

/** Power cuts of a short path, beside running the path itself without one. */
export function proverTable(): string {
  const scenario = plan({ seed: 1, quick: true }).find(
    (job) => job.scenario.layout === "esp32-devkit" && job.scenario.path === "app",
  )?.scenario;
  if (scenario === undefined) throw new Error("the prover has lost its path esp32-devkit/app");
  const alone = fastest(() => {
    const world = scenario.start();
    scenario.act(world);
    scenario.recover(world);
  });
  const start = performance.now();
  const { boards } = provePath(scenario, { seed: 1, depth: 2, states: 1000 });
  const each = (performance.now() - start) / boards.length;
  return table("Cutting the power (`sluice prove`, path esp32-devkit/app)", "one update without a cut", [
    { what: "one update without a cut", measured: `${whole(1000 / alone)} a second`, ratio: undefined },
    {
      what: "a board after a cut, with all that follows",
      measured: `${whole(1000 / each)} a second`,
      ratio: ratioOf(alone, each),
    },
  ]);
}

const questions = 300;

async function perSecond(ask: () => Promise<Buffer>): Promise<number> {
  const start = performance.now();
  for (let count = 0; count < questions; count++) {
    const { status, head } = split(await ask());
    if (status !== 304) throw new Error(`a server answered ${head}`);
  }
  return (1000 * questions) / (performance.now() - start);
}

/** The update server's "nothing new" to a board that polls, beside a server that sends nothing but 304. */
export async function serverTable(): Promise<string> {
  const bare = createServer((_request, response) => response.writeHead(304).end());
  await new Promise<void>((resolve) => bare.listen(0, "127.0.0.1", resolve));
  const rig = await startRig({ patience: { folderMs: 1000 } });
  try {
    rig.put("door-1.2.0.bin", doorBin);
    // Its clock stands still: the folder is looked at again once it is older.
    rig.pass(2000);
    const request = esp8266Request({ version: "1.2.0" });
    const { port } = bare.address() as AddressInfo;
    const base = await perSecond(() => rawRequest(port, request));
    const ours = await perSecond(() => rig.raw(request));
    return table("Answers of the update server, one after the other", "a bare server", [
      {
        what: "a server of `node:http` that says 304",
        measured: `${whole(base)} a second`,
        ratio: undefined,
      },
      {
        what: '`sluice serve` to a board, "nothing new", SQLite in memory',
        measured: `${whole(ours)} a second`,
        ratio: ratioOf(ours, base),
      },
    ]);
  } finally {
    await rig.stop();
    bare.closeAllConnections();
    await new Promise((resolve) => bare.close(resolve));
  }
}
