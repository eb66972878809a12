import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Board, findBoard } from "../../boards/index.js";
import { formatLine } from "../board/event-line.js";
import { SluiceError } from "../errors/sluice-error.js";
import { buildAgent, buildBundle } from "../espruino/build/bundle.js";
import { packageRoot } from "../node/package-root.js";
import { Fleet } from "../server/db/fleet.js";
import { openDatabase } from "../server/db/open-database.js";
import type { ServerEvent } from "../server/events.js";
import { UpdateServer } from "../server/update-server.js";
import { secretHash } from "../server/wire/credentials.js";
import { PullingGarden } from "./pulling-garden.js";

/** What the demo found out; it has gone well when `wrong` is empty. */
export interface PullDemoResult {
  /** What each board runs at the end, by its name. */
  readonly runs: Readonly<Record<string, string>>;
  /** What each board reported last. */
  readonly reports: Readonly<Record<string, string>>;
  /** Litres that ran through closed valves, of all boards. */
  readonly litresWhileSafe: number;
  /** Sentences; none when all happened that should. */
  readonly wrong: readonly string[];
  readonly milliseconds: number;
}

const boardId = "esp32-devkit";
const names = ["north", "south", "east"];
/** Stays as it is: it is outside the hours in which it may be updated. */
const guardedName = "west";

/**
 * Gardens that ask one server: a new version appears in its folder, the gardens close their valves one by one as their
 * polls come, update and confirm. The one that is outside its window keeps what it has.
 */
export async function runPullDemo(token: string, print: (line: string) => void): Promise<PullDemoResult> {
  const started = performance.now();
  const tell = (who: string, what: string): void =>
    print(formatLine(performance.now() - started, { who, what }));
  const board = findBoard(boardId);
  if (board?.espruino === undefined) throw new SluiceError("UNKNOWN_BOARD", `${boardId} is missing`);
  const { old, next, agent } = await bundles(board);
  const folder = mkdtempSync(join(tmpdir(), "sluice-pull-demo-"));
  const db = await openDatabase(":memory:");
  const gardens: PullingGarden[] = [];
  const told = (event: ServerEvent): void => {
    const what = serverWords(event, gardens);
    if (what !== undefined) tell("server", what);
  };
  const fleet = new Fleet(db, Date.now);
  const secrets = { open: false, user: undefined, passwordHash: undefined, tokenHashes: [secretHash(token)] };
  const server = new UpdateServer({ folder, fleet, secrets, onEvent: told });
  try {
    writeFileSync(join(folder, "garden.app"), old);
    const { port } = await server.listen(0, "127.0.0.1");
    tell("server", `sluice serve: a folder with garden 1.0.0, at http://127.0.0.1:${port}/`);
    const pull = { url: `http://127.0.0.1:${port}/update`, token, everyMs: 12_000, jitter: 0.3 };
    for (const name of [...names, guardedName]) {
      const hours = name === guardedName ? hoursFromNow(3) : undefined;
      gardens.push(
        await PullingGarden.start({
          name,
          number: gardens.length,
          board,
          app: old,
          agent,
          pull,
          hours,
          tell,
        }),
      );
    }
    await Promise.all(gardens.map((garden) => garden.asked()));
    tell("you", "press the button in every garden: zone 2 by hand");
    await Promise.all(gardens.map((garden) => garden.water()));
    tell("you", "copy garden 2.0.0 into the server's folder");
    writeFileSync(join(folder, "garden.app.part"), next);
    renameSync(join(folder, "garden.app.part"), join(folder, "garden.app"));
    await Promise.all(gardens.map((garden) => garden.settled()));
    return await judge(gardens, fleet, performance.now() - started);
  } finally {
    for (const garden of gardens) await garden.stop();
    await server.close();
    await db.destroy();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bundles(board: Board): Promise<Record<"old" | "next" | "agent", Uint8Array>> {
  const dev = join(packageRoot(), "devs/garden");
  const old = await buildBundle({ dev, manifest: join(dev, "release-1.0.0.json"), board });
  const next = await buildBundle({ dev, board });
  const agent = await buildAgent(board);
  return { old: old.bytes, next: next.bytes, agent: agent.bytes };
}

/** An hour that begins so many hours from now, as a window of every day, UTC. */
function hoursFromNow(hours: number): string {
  const at = (more: number): string =>
    `${String((new Date().getUTCHours() + more) % 24).padStart(2, "0")}:00`;
  return `${at(hours)}-${at(hours + 1)}`;
}

function serverWords(event: ServerEvent, gardens: readonly PullingGarden[]): string | undefined {
  const nameOf = (mac: string): string => gardens.find((garden) => garden.mac === mac)?.name ?? mac;
  switch (event.event) {
    case "images":
      return event.sound > 0 ? `${event.sound} image to serve` : undefined;
    case "sent":
      return event.part === undefined ? `${nameOf(event.mac)} has all ${event.bytes} bytes` : undefined;
    case "report":
      return `${nameOf(event.mac)} reports ${event.report}${event.code === undefined ? "" : ` ${event.code}`}`;
    case "trouble":
      return `trouble: ${event.text}`;
    default:
      return undefined;
  }
}

async function judge(
  gardens: readonly PullingGarden[],
  fleet: Fleet,
  milliseconds: number,
): Promise<PullDemoResult> {
  const wrong: string[] = [];
  const reports: Record<string, string> = {};
  for (const garden of gardens) {
    const [report] = await fleet.reports(1, garden.mac);
    reports[garden.name] = report?.event ?? "nothing";
    const [version, last] = garden.isGuarded ? ["garden@1.0.0", "refused"] : ["garden@2.0.0", "installed"];
    if (garden.runs !== version) wrong.push(`${garden.name} runs ${garden.runs} instead of ${version}`);
    if (report?.event !== last)
      wrong.push(`${garden.name} reported ${reports[garden.name]} instead of ${last}`);
    if (!garden.isGuarded && !garden.wasSafe) wrong.push(`${garden.name} did not close its valves first`);
    if (garden.isGuarded && garden.wasSafe) wrong.push(`${garden.name} closed its valves for nothing`);
  }
  const litresWhileSafe = gardens.reduce((sum, garden) => sum + garden.litresWhileSafe, 0);
  if (litresWhileSafe > 0) wrong.push(`${litresWhileSafe} litres ran while valves should have been closed`);
  const runs = Object.fromEntries(gardens.map((garden) => [garden.name, garden.runs]));
  return { runs, reports, litresWhileSafe, wrong, milliseconds };
}
