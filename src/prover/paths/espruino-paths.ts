import { type Rig, recover, updateToNext } from "../rig.js";
import type { Finding, Health, Scenario, World } from "../scenario.js";

/** An update path of a board that runs Espruino; walked by the core's parts, and in a sample by the built code. */
export interface EspruinoPath {
  readonly path: string;
  /** A few words on what is cut. */
  readonly what: string;
  readonly subject: "app" | "agent" | "firmware";
  /** How the version that comes behaves. */
  readonly health: Health;
  /** What the power is cut in: the update up to its commit, what starts after it, notes or files of the application. */
  readonly cutIn: "update" | "start" | "notes" | "files";
  /** Records in the journal before, where that matters; a block of it takes 64. */
  readonly records?: number;
  /** The application has written no file yet. */
  readonly isFresh?: boolean;
  /** Memory does not suffice for application and update: each update restarts into update mode first. */
  readonly alone?: boolean;
  /** The board has been updated once before, so that the update goes to the first slot. */
  readonly back?: boolean;
}

const app = { subject: "app", health: "well" } as const;
const agent = { subject: "agent", health: "well" } as const;
const firmware = { subject: "firmware", health: "well" } as const;
const update = { cutIn: "update" } as const;
const start = { cutIn: "start" } as const;

export const espruinoPaths: readonly EspruinoPath[] = [
  { path: "app", ...app, ...update, what: "an app is received, verified, committed" },
  { path: "agent", ...agent, ...update, what: "an agent is received, verified, committed" },
  { path: "confirm", ...app, ...start, what: "first start of a new app until it is confirmed" },
  { path: "confirm-agent", ...agent, ...start, what: "first start of a new agent until it is confirmed" },
  {
    path: "rollback",
    ...app,
    ...start,
    health: "throws",
    what: "an app throws at its first start; the old one returns; a good one is sent",
  },
  {
    path: "rollback-hang",
    ...app,
    ...start,
    health: "hangs",
    what: "an app hangs until the watchdog has bitten three times",
  },
  {
    path: "rollback-agent",
    ...agent,
    ...start,
    health: "throws",
    what: "an agent throws at its first start",
  },
  {
    path: "rollback-agent-hang",
    ...agent,
    ...start,
    health: "hangs",
    what: "an agent hangs until the watchdog has bitten three times",
  },
  {
    path: "journal-turn",
    ...app,
    ...update,
    records: 64,
    what: "the commit is the record that turns the journal over",
  },
  {
    path: "journal-turn-start",
    ...app,
    ...start,
    records: 63,
    what: "the first start of a new app turns the journal over",
  },
  {
    path: "journal-turn-confirm",
    ...app,
    ...start,
    records: 62,
    what: "the confirmation turns the journal over",
  },
  {
    path: "update-mode",
    ...app,
    ...update,
    alone: true,
    what: "the board restarts into update mode, and an app is received, verified, committed there",
  },
  {
    path: "notes",
    ...app,
    cutIn: "notes",
    what: "the application's notes, with a turn from one block to the other",
  },
  {
    path: "storage-first",
    ...app,
    cutIn: "files",
    isFresh: true,
    what: "the application's first files",
  },
  {
    path: "storage",
    ...app,
    cutIn: "files",
    what: "the application writes files, and the room of deleted ones is won back",
  },
  { path: "firmware", ...firmware, ...update, what: "from the first slot to the second" },
  { path: "firmware-back", ...firmware, ...update, back: true, what: "from the second slot to the next" },
  {
    path: "firmware-confirm",
    ...firmware,
    ...start,
    what: "first start of a new firmware until it is confirmed",
  },
  {
    path: "firmware-rollback",
    ...firmware,
    ...start,
    health: "throws",
    what: "a firmware fails at its first start; the old one returns; a good one is sent",
  },
  {
    path: "firmware-hang",
    ...firmware,
    ...start,
    health: "hangs",
    what: "a firmware hangs behind the loader until the watchdog has bitten three times",
  },
  {
    path: "firmware-back-rollback",
    ...firmware,
    ...start,
    health: "throws",
    back: true,
    what: "the same from the second slot",
  },
];

/** Whether little of an image is enough: what is cut is not the writing of it. */
export function isAboutJournal({ health, records, alone }: EspruinoPath): boolean {
  return health !== "well" || records !== undefined || alone === true;
}

/** The path as the fast walk goes it. @param provisioned the board before, with all that is confirmed in place */
export function espruinoScenario(
  layout: string,
  { path, what, cutIn }: EspruinoPath,
  rig: Rig,
  provisioned: () => World,
): Scenario {
  const update = (world: World): Finding[] => updateToNext(world, rig);
  const start = (world: World): Finding[] => recover(world, rig);
  return {
    layout,
    path,
    claim: "safe",
    what,
    start: () => {
      const world = provisioned();
      if (cutIn === "start") update(world);
      return world;
    },
    act: cutIn === "start" ? start : update,
    recover: start,
  };
}
