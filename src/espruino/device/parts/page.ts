import { AttemptLimiter, noAttempts } from "../../../core/attempts.js";
import { sameText } from "../../../core/same-text.js";
import { storageHeaderLength, storeFileName } from "../../../core/store.js";
import { RunPhase } from "../../../core/update-run.js";
import { WebConnection } from "../../../core/web/web-connection.js";
import { WebSite } from "../../../core/web/web-site.js";
import { type Heard, quoted } from "../../../core/web/web-status.js";
import { onTrial, slotName } from "../resident/facts.js";
import { optionsOf, type Part, type PartTypes } from "../resident/parts.js";
import type { Resident } from "../resident/resident.js";
import { webSettings } from "../resident/web-settings.js";
import { readSettings } from "../settings.js";
import { authOf } from "./auth.js";
import { httpSocket } from "./http-socket.js";
import { refusal } from "./refusal.js";

declare const exports: { open: PartTypes[Part.Page] };

/** Sockets are few on the chips and each costs memory. */
const mostConnections = 4;
/** After so long without a visitor this part is of no use any more, ms. */
const idleMs = 30000;

function siteOf(it: Resident): WebSite {
  const options = optionsOf(it);
  const stored = readSettings();
  const settings = webSettings(stored.web, options.web);
  if (settings === undefined) throw new Error("no page");
  if (it.bad === undefined) it.bad = noAttempts();
  const run = it.open();
  const own = it.user;
  const auth = authOf(it, own === undefined ? "" : own[1]);
  const user = own === undefined ? settings.user : own[0];
  const appSpace = BOARD_APP_BLOCKS * BOARD_BLOCK;
  const bundleSpace = BOARD_AGENT_BLOCKS > BOARD_APP_BLOCKS ? BOARD_AGENT_BLOCKS * BOARD_BLOCK : appSpace;
  const space = run.freeSpace(0);
  const room = `"appSpace":${appSpace},"firmwareSpace":${space > bundleSpace ? space : 0}`;
  const board = `"board":"${BOARD_ID}","family":${BOARD_FAMILY},"chipId":${BOARD_CHIP_ID},${room}`;
  const runs = `"app":${quoted(it.boot.appName)},"slot":"${slotName(it)}","agent":"${SLUICE_VERSION}"`;
  const page = it.boot.behind - storageHeaderLength;
  return new WebSite({
    chunk: (text) => text,
    run: run,
    limiter: new AttemptLimiter(it.bad),
    path: settings.path,
    name: (it.name !== undefined && it.name.held) || stored.host || options.hostname || "",
    classicStatus: settings.classicStatus,
    isOpen: () => own === undefined && auth.isOpen(),
    accepts: (name, password) => {
      const known = user === "" || sameText(name, user);
      return auth.acceptsPassword(password) && known;
    },
    refusal: () => refusal(it),
    freeSpace: (command) => run.freeSpace(command),
    facts: () => `${runs},"trial":${onTrial(it)},${board}`,
    pageLength: () => SLUICE_PAGE_LENGTH,
    pageHeaders: "Content-Encoding: gzip\r\n",
    page: (offset, length) => require("Storage").read(storeFileName, page + offset, length) as string,
    restarts: () => options.rebootOnSuccess !== false,
    restart: () => it.quit("update"),
    notify: it.tell,
  });
}

/**
 * Serves with `net` instead of `http`: the engine's HTTP module keeps half a head for ever and without a limit, tells
 * the program of a request only then, closes no connection before its body is in, and cannot answer `Expect`.
 */
exports.open = (it) => {
  const site = siteOf(it);
  let open: WebConnection[] = [];
  let busyAt = it.now();

  function sweep(): void {
    const rest: WebConnection[] = [];
    for (const one of open) if (!one.isClosed()) rest[rest.length] = one;
    open = rest;
  }

  function accept(socket: EspruinoTcpSocket): void {
    sweep();
    if (open.length >= mostConnections) {
      for (const one of open) one.makeRoom();
      sweep();
    }
    if (open.length >= mostConnections) {
      socket.end("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 5\r\nConnection: close\r\n\r\n");
      return;
    }
    let alive = true;
    function close(): void {
      if (alive) socket.end();
      alive = false;
    }
    function send(text: string): void {
      if (alive) socket.write(text);
    }
    const connection = new WebConnection(site, { send: send, close: close }, it.now());
    open[open.length] = connection;
    /** The engine takes a listener away that throws, and would keep all further bytes in memory. */
    function guarded(job: () => void): void {
      try {
        job();
      } catch (error) {
        close();
        connection.onClosed(it.now());
        print("sluice: web", error);
      }
    }
    function gone(): void {
      alive = false;
      connection.onClosed(it.now());
    }
    socket.on("data", (data) => {
      if (alive) guarded(() => connection.onData(it.now(), data));
    });
    socket.on("drain", () => {
      if (alive) guarded(() => connection.onDrain(it.now()));
    });
    socket.on("error", gone);
    socket.on("close", gone);
  }

  function tick(): boolean {
    const now = it.now();
    for (const one of open) one.tick(now);
    sweep();
    // What is prepared belongs to a visitor who comes back.
    const prepared = it.run !== undefined && it.run.phase !== RunPhase.Idle;
    if (open.length > 0 || prepared) busyAt = now;
    return now - busyAt < idleMs;
  }

  return {
    accept: accept,
    handle: (request, response) => accept(httpSocket(request, response)),
    onEvent: (event) => site.status.heard(event as Heard),
    tick: tick,
  };
};
