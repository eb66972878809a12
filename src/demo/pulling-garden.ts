import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Board } from "../../boards/index.js";
import { makeFlash } from "../board/board-flash.js";
import { eventLine } from "../board/event-line.js";
import type { BoardEvent } from "../board/events.js";
import { VirtualBoard } from "../board/virtual-board.js";
import { refusedByEngine } from "../espruino/build/dialect.js";
import { chipImage, type ProvisionOptions, type PullSettings } from "../espruino/provision.js";
import { packageRoot } from "../node/package-root.js";
import { normaliseMac } from "../server/wire/names.js";

/** Board seconds in one of ours. */
const speed = 4;
/** Longest wait for anything, ms of ours. */
const patienceMs = 40_000;
/** Told in the timeline; the rest would drown it. */
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

export interface GardenSetup {
  readonly name: string;
  /** Tells boards apart: the last digits of its MAC. */
  readonly number: number;
  readonly board: Board;
  readonly app: Uint8Array;
  readonly agent: Uint8Array;
  readonly pull: PullSettings;
  /** When it may be updated; undefined: always. */
  readonly hours: string | undefined;
  readonly tell: (who: string, what: string) => void;
}

/** A garden on a virtual ESP32 that asks a server by itself, and what the demo wants to know of it. */
export class PullingGarden {
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
    const { name, number, board, app, agent, pull, hours, tell } = setup;
    const serial = `30aea400000${number}`;
    const window = hours === undefined ? {} : { window: hours };
    const settings: ProvisionOptions = { agent, app, pull, password: `${name}-${pull.token}`, ...window };
    const virtual = new VirtualBoard({
      board,
      flash: makeFlash(board, await chipImage(board, settings)),
      dialectCheck: refusedByEngine,
      bench: JSON.parse(readFileSync(join(packageRoot(), "devs/garden/wiring.json"), "utf8")),
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

  /** It has asked once; the server has nothing for it yet. */
  async asked(): Promise<void> {
    await this.virtual.waitFor("pull", patienceMs, 0);
  }

  /** Somebody presses its button: water runs. */
  async water(): Promise<void> {
    const open = this.virtual.waitFor(
      (event) => event.event === "valve" && event["state"] === "open",
      patienceMs,
    );
    this.virtual.bench?.press();
    await open;
  }

  /** It runs what it should run, and has had the time to tell the server. */
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
