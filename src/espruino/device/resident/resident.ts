import type { Attempts } from "../../../core/attempts.js";
import type { Update } from "../../../core/update/update.js";
import type { BootInfo } from "../boot-info.js";
import type { Ota, OtaOptions } from "../sluice.js";
import type { NameState, Part, PartTypes, PullState, Push, WebServer } from "./parts.js";

/**
 * What runs beside an application, and all that outlives a part of the agent: every part gets this object and nothing
 * else. It is the agent's module object. Names are short because each costs a variable, and each ten characters more.
 */
export interface Resident {
  ota: Ota;
  boot: BootInfo;
  /** What the application asked for; undefined until `ota.begin`. */
  opts: OtaOptions | undefined;
  /** On its way to a restart. */
  gone: boolean;
  /** A committed update waits for the next start. */
  done: boolean;
  /** The listener's port; 0 while it does not stand. */
  port: number;
  /** Of the update page, "/update"; "": there is none. */
  path: string;
  /** No password, and somebody said so in words. */
  free: boolean;
  /** The update under way, or prepared; undefined while its code is not loaded. */
  run: Update | undefined;
  push: Push | undefined;
  page: WebServer | undefined;
  pull: PullState | undefined;
  name: NameState | undefined;
  /** Wrong passwords so far. */
  bad: Attempts | undefined;
  /** Name and password of the page's own (`updateCredentials`). */
  user: string[] | undefined;
  /** Armed until then, ms. */
  until: number;
  /** Arms, where there is a button or a window. */
  arm: ((ms: number) => void) | undefined;
  /** Monotonic, ms since the start. */
  now: () => number;
  /** An event, for the application's `E.on("sluice")` and the console. */
  emit: (event: object) => void;
  /** Loads a part. @throws Error when too little memory is free */
  load: <P extends Part>(part: P) => PartTypes[P];
  /** The update that every way in makes. @throws Error when too little memory is free */
  open: () => Update;
  /** Appends to the boot journal: one byte, one atomic step. */
  note: (record: number) => void;
  /** Looks after what is going on in short steps from now on. */
  wake: () => void;
  /** Leaves for the next start. */
  quit: (why: string) => void;
}

export function slotName(it: Resident): string {
  return it.boot.app < 0 ? "-" : it.boot.app === 0 ? "a" : "b";
}

/** Whether anything that runs has yet to prove itself. */
export function onTrial(it: Resident): boolean {
  return it.boot.appTrial || it.boot.agentTrial || it.boot.fwTrial;
}

/** What the network and a visitor may know of the application's wishes. */
export function optionsOf(it: Resident): OtaOptions {
  return it.opts === undefined ? {} : it.opts;
}
