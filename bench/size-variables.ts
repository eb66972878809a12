import type { Board } from "../boards/index.js";
import { likeEsp32 } from "./size-board.js";
import { sizeBudget } from "./size-budget.js";
import type { SizeTable } from "./size-bytes.js";
import type { Engine } from "./size-engines.js";
import {
  type Application,
  blink,
  garden,
  imageOf,
  Measured,
  type Watched,
  type Way,
  ways,
} from "./size-run.js";
import { whole } from "./table.js";

const kib = 1024;
/** What is measured on an engine with variables of a chip's size. */
export interface ChipPlan {
  readonly title: string;
  readonly board: Board;
  readonly ways: readonly Way[];
  readonly apps: readonly Application[];
  /** Bytes of the images. */
  readonly images: readonly number[];
  /** Budgets hold here. */
  readonly held: boolean;
}

export const esp32Plan: ChipPlan = {
  title: "as an ESP32",
  board: likeEsp32,
  ways,
  apps: [blink, garden],
  images: [16 * kib, 60 * kib, 120 * kib],
  held: true,
};

interface Seen {
  readonly app: Application;
  readonly way: Way;
  readonly idle: number;
  readonly results: readonly { readonly most: number; readonly inTotal: string }[];
}

/** Variables in use on one engine, idle and during updates, and whether they suffice. */
export async function variableTable(engine: Engine, plan: ChipPlan): Promise<SizeTable> {
  const over: string[] = [];
  const rows: Seen[] = [];
  for (const app of plan.apps) for (const way of plan.ways) rows.push(await look(engine, plan, app, way));
  if (plan.held) {
    for (const { app, way, idle, results } of rows) {
      if (app === garden && way === "push" && idle > sizeBudget.idle)
        over.push(`idle variables with the garden ${idle} > ${sizeBudget.idle}`);
      for (const { most } of app === garden ? results : [])
        if (most > sizeBudget.update[way]) over.push(`a ${way} takes ${most} > ${sizeBudget.update[way]}`);
      for (const { inTotal } of results)
        if (inTotal !== "ok") over.push(`${app.title}, ${way}, with ${engine.variables}: ${inTotal}`);
    }
  }
  const total = whole(engine.variables);
  const sizes = plan.images.map((bytes) => `${Math.round(bytes / kib)} KB`);
  const cells = ({ app, way, idle, results }: Seen): string =>
    [
      app.title,
      way,
      whole(idle),
      ...plan.images.map((_, i) => {
        const one = results[i];
        return one === undefined ? "-" : `${one.most > 0 ? whole(one.most) : "?"}, ${one.inTotal}`;
      }),
    ].join(" | ");
  const text = [
    `### Variables of ${engine.block} bytes ${plan.title}: Espruino ${engine.version}`,
    "",
    `Idle, the most in an update, and what became of it with ${total} in all, ${engine.alone} of them the engine's own.`,
    "",
    `| application | way | idle | ${sizes.join(" | ")} |`,
    `|---|---|---|${sizes.map(() => "---|").join("")}`,
    ...rows.map((row) => `| ${cells(row)} |`),
    "",
  ].join("\n");
  return { text, over };
}

async function look(engine: Engine, plan: ChipPlan, app: Application, way: Way): Promise<Seen> {
  const roomy = { idle: 0, most: [] as number[] };
  // Where it does not even start with all the variables that there are, the outcome below shows it.
  if (engine.most > 0) await lookAtMost(engine, plan, app, way, roomy).catch(() => undefined);
  const results: { most: number; inTotal: string }[] = [];
  let idle = roomy.idle;
  await using(begin(engine, plan, app, way, "nothing", engine.variables + engine.staged), async (it) => {
    idle = (await it.used()) - engine.staged;
    for (const [nth, bytes] of plan.images.entries()) {
      const inTotal = await it.update(await imageOf(plan.board, app, `${nth + 2}.0.0`, bytes));
      results.push({ most: roomy.most[nth] ?? 0, inTotal });
      // A larger one does not fare better, and the board may be beyond help.
      if (inTotal !== "ok") break;
    }
  }).catch((error) => results.push({ most: roomy.most[0] ?? 0, inTotal: messageOf(error) }));
  for (const most of roomy.most.slice(results.length)) results.push({ most, inTotal: "not tried" });
  return { app, way, idle, results };
}

/** Where no update fails for want of memory. @param seen filled with what was counted */
async function lookAtMost(
  engine: Engine,
  plan: ChipPlan,
  app: Application,
  way: Way,
  seen: { idle: number; readonly most: number[] },
): Promise<void> {
  await using(begin(engine, plan, app, way, "nothing", engine.most), async (it) => {
    seen.idle = (await it.used()) - engine.staged;
  });
  await using(begin(engine, plan, app, way, "memory", engine.most), async (it) => {
    // What measures is in memory, too.
    const extra = (await it.used()) - seen.idle;
    for (const [nth, bytes] of plan.images.entries()) {
      const from = it.it.events.length;
      const result = await it.update(await imageOf(plan.board, app, `${nth + 2}.0.0`, bytes));
      if (result !== "ok") {
        console.error(`${app.title}, ${way}, ${bytes} bytes, with ${engine.most} variables: ${result}`);
        break;
      }
      seen.most.push(it.largest("memory", "used", from) - extra);
    }
  });
}

async function using(starting: Promise<Measured>, use: (it: Measured) => Promise<void>): Promise<void> {
  const it = await starting;
  try {
    await use(it);
  } finally {
    await it.stop();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : `${error}`;
}

async function begin(
  engine: Engine,
  { board }: ChipPlan,
  app: Application,
  way: Way,
  watched: Watched,
  variables: number,
): Promise<Measured> {
  const env = engine.most > 0 ? { ESPRUINO_VARS: `${variables}` } : {};
  const it = await Measured.start(board, app, way, { path: engine.path, env }, watched);
  try {
    await it.settle();
    return it;
  } catch (error) {
    await it.stop();
    throw error;
  }
}

/** How deep the C stack was, bytes, from `main` on. */
export async function stackTable(engine: Engine, plan: ChipPlan): Promise<SizeTable> {
  const over: string[] = [];
  const rows: string[] = [];
  const [small = 0] = plan.images;
  for (const app of plan.apps) {
    for (const way of plan.ways) {
      const program = { path: engine.path, env: { ESPRUINO_STACK: "1", ESPRUINO_VARS: `${engine.most}` } };
      const it = await Measured.start(plan.board, app, way, program, "stack");
      try {
        await it.settle();
        const start = await it.ask("stackDepth()");
        await it.ask("(stackReset(),0)");
        const from = it.it.events.length;
        const result = await it.update(await imageOf(plan.board, app, "2.0.0", small));
        const restart = it.it.events.findIndex(({ event }, at) => at >= from && event === "restart");
        const told = it.it.events.slice(from, restart + 2).filter(({ event }) => event === "stack");
        const update = Math.max(0, ...told.map((one) => Number(one["deepest"])));
        rows.push(
          `| ${app.title} | ${way} | ${whole(start)} | ${whole(update)}${result === "ok" ? "" : `, ${result}`} |`,
        );
        const deepest = Math.max(start, update);
        if (plan.held && deepest > sizeBudget.stack)
          over.push(`stack in a ${way} ${deepest} > ${sizeBudget.stack}`);
      } finally {
        await it.stop();
      }
    }
  }
  const text = [
    `### C stack ${plan.title}: Espruino ${engine.version}, x86, 32-bit`,
    "",
    "| application | way | start, bytes | update, bytes |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
  return { text, over };
}
