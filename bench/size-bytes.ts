import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { type Board, boards } from "../boards/index.js";
import { SluiceError } from "../src/errors/sluice-error.js";
import { espruinoPort } from "../src/espruino/build/board-constants.js";
import { buildAgent, buildBundle, buildLoader } from "../src/espruino/build/bundle.js";
import { webPage } from "../src/espruino/build/web-page.js";
import { packageRoot } from "../src/node/package-root.js";
import { sizeBudget } from "./size-budget.js";
import { whole } from "./table.js";

/** A table of Markdown, and what is over the budget. */
export interface SizeTable {
  readonly text: string;
  readonly over: readonly string[];
}

/** Bytes of loader, agent and apps for every board that runs Espruino, against the room they have. */
export async function byteTable(): Promise<SizeTable> {
  const over: string[] = [];
  const rows: string[] = [];
  for (const board of boards) {
    const port = board.espruino;
    if (port === undefined) continue;
    const slot = (blocks: number): number => blocks * board.blockLength;
    const loader = (await buildLoader(board)).code.length;
    const agent = await agentOf(board);
    const garden = (await appOf(board, "devs/garden")).length;
    const blink = (await appOf(board, "devs/blink")).length;
    if (loader > sizeBudget.loader) over.push(`${board.id}: loader ${loader} > ${sizeBudget.loader}`);
    if (agent > sizeBudget.agent) over.push(`${board.id}: agent ${agent} > ${sizeBudget.agent}`);
    const agentRoom = slot(port.store.agentBlocks);
    if (agent > agentRoom) over.push(`${board.id}: agent ${agent}, its slot has ${agentRoom}`);
    const room = sizeBudget.garden * slot(port.store.appBlocks);
    if (garden > room) over.push(`${board.id}: garden ${garden} > ${room}`);
    const cells = [
      `\`${board.id}\``,
      whole(loader),
      `${whole(agent)} of ${whole(agentRoom)}`,
      `${whole(garden)} of ${whole(slot(port.store.appBlocks))}`,
      whole(blink),
    ];
    rows.push(`| ${cells.join(" | ")} |`);
  }
  const page = await webPage();
  const zipped = gzipSync(page, { level: 9 }).length;
  if (zipped > sizeBudget.page) over.push(`page, gzipped: ${zipped} > ${sizeBudget.page}`);
  const text = [
    "### Bytes in flash",
    "",
    "| board | loader | agent of its slot | garden of its slot | blink |",
    "|---|---|---|---|---|",
    ...rows,
    "",
    `The update page, part of the agent: ${whole(page.length)} bytes, ${whole(zipped)} gzipped.`,
    "",
  ].join("\n");
  return { text, over };
}

/** Its size also where it does not fit. */
async function agentOf(board: Board): Promise<number> {
  const port = espruinoPort(board);
  const { agentBlocks } = port.store;
  for (let more = 0; ; more++) {
    const store = { ...port.store, agentBlocks: agentBlocks + more };
    try {
      return (await buildAgent({ ...board, espruino: { ...port, store } })).bytes.length;
    } catch (error) {
      if (!(error instanceof SluiceError && error.code === "BUNDLE_TOO_LARGE") || more === 4) throw error;
    }
  }
}

async function appOf(board: Board, folder: string): Promise<Uint8Array> {
  return (await buildBundle({ dev: join(packageRoot(), folder), board })).bytes;
}
