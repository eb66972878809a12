import { jsonText } from "../../../core/text.js";
import { storageHeaderLength, storeFileName } from "../../../core/update/store.js";
import { UpdatePhase } from "../../../core/update/update.js";
import { WebConnection } from "../../../core/web/connection.js";
import { takeForm } from "../../../core/web/form.js";
import { gate } from "../../../core/web/gate.js";
import { readRequestHead } from "../../../core/web/head.js";
import { answerText } from "../../../core/web/reply.js";
import { logEvent, status } from "../../../core/web/status.js";
import { type LoggedEvent, type WebHost, WebUploadStage, webPeer } from "../../../core/web/steps.js";
import { begin, restarting, upload } from "../../../core/web/upload.js";
import { largestImage } from "../ports/flash.js";
import {
  onTrial,
  optionsOf,
  Part,
  type PartTypes,
  type Resident,
  Room,
  slotName,
} from "../resident/resident.js";
import { readSettings, webSettings } from "../settings.js";

/** What `use` of the part was given (build/bundle-script.ts). */
declare const resident: Resident;

const enum Limit {
  /**
   * Sockets are few on the chips and each costs memory. Not counted by address: the engine gives a server none
   * (libs/network/esp32/network_esp32.c, net_esp32_accept), so the oldest that is idle gives way, whoever it is.
   */
  Connections = 4,
  /** After so long without a visitor this part is of no use any more, ms. */
  IdleMs = 30000,
  /** A visitor comes again within this, ms. */
  ComesAgainMs = 60000,
}

/**
 * The connections of the update page. Serves with `net` instead of `http`: the engine's HTTP module keeps half a head for
 * ever and without a limit, reports a request to the program only then, closes no connection before its body is in, and
 * cannot answer `Expect`.
 */
export const page: PartTypes[Part.Page] = (it) => {
  const host: WebHost = {
    step: ((step: number) => it.load((Part.Head + step) as Part)) as WebHost["step"],
    log: { steps: [], error: undefined, done: 0, total: 0, prepared: undefined },
    quit: it.quit,
  };
  let open: WebConnection[] = [];
  let busyAt = it.now();

  /** @param what bytes; true: time has passed; else: what was sent has left. @returns whether the connection is open */
  function handle(one: WebConnection, what: unknown, crowded: boolean): boolean {
    const now = it.now();
    try {
      if (typeof what === "string") one.data(now, what);
      else if (what === true) return one.tick(now, crowded);
      else one.drain(now);
    } catch (error) {
      // Too little memory, it may be. The engine takes a listener away that throws, and would keep all further bytes.
      print("sluice: web", error);
      one.end(now, true);
    }
    return true;
  }

  /** @param crowded the oldest connection that may give way does (core/web/connection.ts) */
  function tick(crowded?: boolean): boolean {
    const rest: WebConnection[] = [];
    let isCrowded = crowded === true;
    for (const one of open)
      if (handle(one, true, isCrowded)) rest[rest.length] = one;
      else isCrowded = false;
    open = rest;
    const now = it.now();
    // What is prepared belongs to a visitor who comes back.
    if (open.length > 0 || (it.run !== undefined && it.run.phase !== UpdatePhase.Idle)) busyAt = now;
    return now - busyAt < Limit.IdleMs;
  }

  return {
    accept: (socket) => {
      tick();
      if (open.length >= Limit.Connections) tick(true);
      const one = new WebConnection(host, socket, it.now());
      if (open.length >= Limit.Connections) {
        one.end(it.now(), true);
        return;
      }
      open[open.length] = one;
      const handler = (what?: unknown): void => {
        handle(one, what, false);
      };
      socket.on("data", handler);
      socket.on("drain", handler);
      // It follows every error, too.
      socket.on("close", () => one.closed(it.now()));
    },
    onEvent: (event) => logEvent(host.log, event as LoggedEvent),
    isOpen: () => open.length > 0,
    tick: tick,
  };
};

export const head: PartTypes[Part.Head] = readRequestHead;

/** What a request is for. */
export const gateStep: PartTypes[Part.Gate] = (head) => {
  const it = resident;
  const options = optionsOf(it);
  const stored = readSettings();
  const settings = webSettings(stored.web, options.web);
  if (settings === undefined) throw new Error("no page");
  const host = {
    path: settings.path,
    name: (it.name !== undefined && it.name.held) || stored.host || options.hostname || "",
    pageLength: SLUICE_PAGE_LENGTH,
    pageHeaders: "Content-Encoding: gzip\r\n",
  };
  return gate(host, head);
};

export const prepare: PartTypes[Part.Prepare] = (now, what) => {
  const it = resident;
  const failed = it.failed;
  it.failed = undefined;
  if (failed !== undefined && now - failed.at < Limit.ComesAgainMs) return failed.why;
  if (it.boot.app >= 0 && it.run === undefined && !it.room(Room.Begin)) {
    const offer = { command: what.command, size: what.size, md5: what.md5, from: webPeer };
    it.due = { offer: offer, since: now, waiting: undefined, begun: false };
    return what.stage === WebUploadStage.Offered ? restarting() : undefined;
  }
  return begin(it.open(), it.notify, now, what);
};

/** What runs, which board, how far the update is. */
export const statusStep: PartTypes[Part.Status] = (log, now, isPrepare) => {
  const it = resident;
  // First: it loads parts.
  const refused = it.load(Part.Policy)(it);
  const appSpace = BOARD_APP_BLOCKS * BOARD_BLOCK;
  const bundleSpace = BOARD_AGENT_BLOCKS > BOARD_APP_BLOCKS ? BOARD_AGENT_BLOCKS * BOARD_BLOCK : appSpace;
  const space = largestImage();
  const room = `"appSpace":${appSpace},"firmwareSpace":${space > bundleSpace ? space : 0}`;
  const board = `"board":"${BOARD_ID}","family":${BOARD_FAMILY},"chipId":${BOARD_CHIP_ID},${room}`;
  const runs = `"app":${jsonText(it.boot.appName)},"slot":"${slotName(it)}","agent":"${SLUICE_VERSION}"`;
  const facts = `${runs},"trial":${onTrial(it)},${board},"sketchSpace":${space},"filesystemSpace":0`;
  return status(it.run, it.due !== undefined, log, now, isPrepare, refused, facts);
};

export const answer: PartTypes[Part.Answer] = (what, toUpload) => {
  const settings = toUpload ? webSettings(readSettings().web, optionsOf(resident).web) : undefined;
  return answerText(what, settings !== undefined && settings.classicStatus);
};

/** Bytes of the page that are in memory at a time. */
const pieceBytes = 1024;

/** The page lies between the agent's resident code and its parts. */
export const piece: PartTypes[Part.Piece] = (left) => {
  const end = resident.boot.behind - storageHeaderLength + SLUICE_PAGE_LENGTH;
  const length = left < pieceBytes ? left : pieceBytes;
  return require("Storage").read(storeFileName, end - left, length) as string;
};

export const uploadStep: PartTypes[Part.Upload] = (up, socket, now) =>
  upload(up, socket, now, optionsOf(resident).rebootOnSuccess !== false);

export const form: PartTypes[Part.Form] = takeForm;
