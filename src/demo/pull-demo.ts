import { mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeFlash } from "../board/board-flash.js";
import { eventLine, formatLine } from "../board/event-line.js";
import type { BoardEvent } from "../board/events.js";
import { VirtualBoard } from "../board/virtual-board.js";
import { refusedByEngine } from "../espruino/build/dialect.js";
import type { PullOptions } from "../espruino/device/sluice.js";
import { chipImage } from "../espruino/provision.js";
import { Fleet } from "../server/db/fleet.js";
import { openDatabase } from "../server/db/open-database.js";
import type { ServerEvent } from "../server/events.js";
import { UpdateServer } from "../server/update-server.js";
import { secretHash } from "../server/wire/credentials.js";
import { normaliseMac } from "../server/wire/names.js";
import { buildGardens } from "./run-demo.js";

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

/** Board seconds in one of ours. */
const speed = 4;
/** Longest wait for anything, ms of ours. */
const patienceMs = 40_000;
/** Events in the timeline; all others would hide them. */
const shown = new Set([
  "ready",
  "safe-state",
  "safe",
  "verified",
  "committed",
  "reset",
  "confirmed",
  "refused",
]);

const names = ["north", "south", "east"];
/** Stays as it is: it is outside the hours in which it may be updated. */
const guardedName = "west";

/**
 * Gardens that poll one server: a new version appears in its folder, the gardens close their valves one by one as their
 * polls come, update and confirm. The one that is outside its window keeps what it has.
 */
export async function runPullDemo(token: string, print: (line: string) => void): Promise<PullDemoResult> {
  const started = performance.now();
  const tell = (who: string, what: string): void =>
    print(formatLine(performance.now() - started, { who, what }));
  const built = await buildGardens();
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
    writeFileSync(join(folder, "garden.app"), built.old);
    const { port } = await server.listen(0, "127.0.0.1");
    tell("server", `sluice serve: a folder with garden 1.0.0, at http://127.0.0.1:${port}/`);
    const pull = { url: `http://127.0.0.1:${port}/update`, token, everyMs: 12_000, jitter: 0.3 };
    for (const name of [...names, guardedName]) {
      const hours = name === guardedName ? hoursFromNow(3) : undefined;
      const number = gardens.length;
      gardens.push(await PullingGarden.start({ name, number, built, pull, hours, tell }));
    }
    await Promise.all(gardens.map((garden) => garden.asked()));
    tell("you", "press the button in every garden: zone 2 by hand");
    await Promise.all(gardens.map((garden) => garden.water()));
    tell("you", "copy garden 2.0.0 into the server's folder");
    writeFileSync(join(folder, "garden.app.part"), built.next);
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

interface GardenSetup {
  readonly name: string;
  /** Distinguishes boards: the last digits of its MAC. */
  readonly number: number;
  readonly built: Awaited<ReturnType<typeof buildGardens>>;
  readonly pull: PullOptions;
  /** When it may be updated; undefined: always. */
  readonly hours: string | undefined;
  readonly tell: (who: string, what: string) => void;
}

/** A garden on a virtual ESP32 that polls a server by itself, and what the demo wants to know of it. */
class PullingGarden {
  wasSafe = false;
  litresWhileSafe = 0;
  runs = "";
  #litresAtSafe = 0;

  private constructor(
    readonly name: string,
    readonly mac: string,
    readonly isGuarded: boolean,
    readonly virtual: VirtualBoard,
  ) {
    virtual.listen((event) => this.#note(event));
  }

  static async start(setup: GardenSetup): Promise<PullingGarden> {
    const { name, number, built, pull, hours, tell } = setup;
    const { board, agent, old: app, wiring } = built;
    const serial = `30aea400000${number}`;
    const settings = { agent, app, pull, password: `${name}-${pull.token}`, window: hours };
    const virtual = new VirtualBoard({
      board,
      flash: makeFlash(board, await chipImage(board, settings)),
      dialectCheck: refusedByEngine,
      bench: wiring,
      serial,
      speed,
      onEvent: (event) => {
        const line = shown.has(event.event) ? eventLine(event) : undefined;
        if (line !== undefined) tell(name, line.what);
        if (event.event === "pull") tell(name, `asks: ${event["result"]} ${event["text"]}`.trim());
        if (event.event === "pump") tell(name, `pump ${String(event["state"])}`);
      },
    });
    const garden = new PullingGarden(name, normaliseMac(serial) ?? serial, hours !== undefined, virtual);
    await virtual.start();
    await virtual.waitFor("ready", patienceMs, 0);
    // As a time server would: a window wants to know the hour.
    if (hours !== undefined) virtual.run('require("Wifi").setSNTP("demo", "UTC0")', "demo");
    return garden;
  }

  /** It has polled once; the server has nothing for it yet. */
  async asked(): Promise<void> {
    await this.virtual.waitFor("pull", patienceMs, 0);
  }

  /** Its button is pressed: water runs. */
  async water(): Promise<void> {
    const open = this.virtual.waitFor(
      (event) => event.event === "valve" && event["state"] === "open",
      patienceMs,
    );
    this.virtual.bench?.press();
    await open;
  }

  /** It runs what it should run, and has had the time to report to the server. */
  async settled(): Promise<void> {
    const from = this.virtual.events.length;
    const end = this.isGuarded ? "refused" : "confirmed";
    const event = await this.virtual.waitFor(end, patienceMs, from);
    // Its next poll comes after its report.
    const after = this.virtual.events.indexOf(event) + 1;
    await this.virtual.waitFor((one) => one.event === "pull" && one !== event, patienceMs, after);
    if (this.isGuarded) await this.virtual.waitFor("pull", patienceMs);
  }

  stop(): Promise<void> {
    return this.virtual.stop();
  }

  #note(event: BoardEvent): void {
    const litres = this.virtual.bench?.totalLitres ?? 0;
    if (event.event === "ready") this.runs = String(event["app"]);
    if (event.event === "safe") {
      this.wasSafe = true;
      this.#litresAtSafe = litres;
    }
    if (event.event === "reset" && this.wasSafe) this.litresWhileSafe += litres - this.#litresAtSafe;
  }
}
