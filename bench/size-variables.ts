import { join } from "node:path";
import type { Board } from "../boards/index.js";
import { linux } from "../boards/linux.js";
import { buildBundle } from "../src/espruino/build/bundle.js";
import { packageRoot } from "../src/espruino/build/package-root.js";
import { uploadImage } from "../src/host/index.js";
import { EngineBoard, password } from "../test/engines/espruino/engine-board.js";
import { sizeBudget } from "./size-budget.js";
import type { SizeTable } from "./size-bytes.js";
import { whole } from "./table.js";

/** Counts after the garbage is gone, whenever the agent tells something and every half second. */
const probe = [
  'function tell(at) { print(\'sluice {"event":"memory","at":"\' + at + \'","used":\' + process.memory().usage + \'}\'); }',
  "E.on('sluice', function (event) { tell(event.event); });",
  "setInterval(function () { tell('idle'); }, 500);",
].join(" ");

/** The agent without page, windows and pull, in datagrams and pieces of an ESP8266: what fits into a small slot. */
const small: Board = {
  ...linux,
  ...(linux.espruino === undefined
    ? {}
    : {
        espruino: {
          ...linux.espruino,
          hashes: ["sha1"],
          tcpChunk: 268,
          batch: 536,
          udpMax: 268,
          store: { agentBlocks: 68, appBlocks: 64 },
        },
      }),
};

/** Variables of the real engine that are in use: nothing but the engine, agent and blink, agent and garden. */
export async function variableTable(): Promise<SizeTable> {
  const over: string[] = [];
  const rows: string[] = [];
  for (const [what, board] of [
    ["all that an ESP32 has", linux],
    ["what an ESP8266's slot holds", small],
  ] as const) {
    const blink = await measure(board, "devs/blink", "sluice.json", true);
    const garden = await measure(board, "devs/garden", "esp8266.json", false);
    rows.push(`| ${what} | ${whole(blink.idle)} | ${whole(blink.most)} | ${whole(garden.idle)} |`);
    if (board !== linux) continue;
    if (blink.idle > sizeBudget.idle) over.push(`idle variables ${blink.idle} > ${sizeBudget.idle}`);
    if (blink.most > sizeBudget.update)
      over.push(`variables in an update ${blink.most} > ${sizeBudget.update}`);
  }
  const text = [
    "### Variables on the real engine",
    "",
    "| agent with | idle, with blink | most in an update | idle, with the garden |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
  return { text, over };
}

async function measure(
  board: Board,
  folder: string,
  manifest: string,
  update: boolean,
): Promise<{ idle: number; most: number }> {
  const dev = join(packageRoot(), folder);
  const app = async (version: string) =>
    (await buildBundle({ dev, manifest: join(dev, manifest), board, version })).bytes;
  const it = await EngineBoard.start(board, await app("1.0.0"), {}, probe);
  try {
    await it.wait("ready");
    const from = it.events.length;
    const used = (await it.wait("memory", { at: "idle" }, from))["used"];
    if (update) {
      await uploadImage({ image: await app("2.0.0"), to: it.target, password });
      await it.wait("confirmed");
    }
    const seen = it.events.filter(({ event }) => event === "memory").map((event) => Number(event["used"]));
    return { idle: Number(used), most: Math.max(...seen) };
  } finally {
    await it.stop();
  }
}
