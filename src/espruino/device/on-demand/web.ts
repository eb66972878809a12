import { WebConnection } from "../../../core/web/web-connection.js";
import { WebSite } from "../../../core/web/web-site.js";
import { type Heard, quoted } from "../../../core/web/web-status.js";
import { httpSocket } from "../http-socket.js";
import type { WebParts, WebServer } from "../web-parts.js";

/** Sockets are few on the chips and each costs memory. */
const mostConnections = 4;

function siteOf(parts: WebParts): WebSite {
  const settings = parts.settings;
  const appSpace = BOARD_APP_BLOCKS * BOARD_BLOCK;
  const bundleSpace = BOARD_AGENT_BLOCKS > BOARD_APP_BLOCKS ? BOARD_AGENT_BLOCKS * BOARD_BLOCK : appSpace;
  const space = parts.freeSpace(0);
  const room = `"appSpace":${appSpace},"firmwareSpace":${space > bundleSpace ? space : 0}`;
  const board = `"board":"${BOARD_ID}","family":${BOARD_FAMILY},"chipId":${BOARD_CHIP_ID},${room}`;
  const runs = `"app":${quoted(parts.app)},"slot":"${parts.slot}","agent":"${SLUICE_VERSION}"`;
  return new WebSite({
    chunk: (text) => text,
    run: parts.run,
    limiter: parts.limiter,
    path: settings.path,
    name: parts.name,
    classicStatus: settings.classicStatus,
    isOpen: parts.isOpen,
    accepts: parts.accepts,
    refusal: parts.refusal,
    freeSpace: parts.freeSpace,
    facts: () => `${runs},"trial":${parts.onTrial()},${board}`,
    pageLength: () => SLUICE_PAGE_LENGTH,
    page: parts.page,
    restarts: parts.restarts,
    restart: parts.restart,
    notify: parts.notify,
  });
}

/**
 * Serves with `net` instead of `http`: the engine's HTTP module keeps half a head for ever and without a limit, tells
 * the program of a request only then, closes no connection before its body is in, and cannot answer `Expect`.
 */
export function openWeb(parts: WebParts): WebServer {
  const site = siteOf(parts);
  let open: WebConnection[] = [];

  function sweep(): void {
    const rest: WebConnection[] = [];
    for (const one of open) if (!one.isClosed()) rest.push(one);
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
    const connection = new WebConnection(site, { send: send, close: close }, parts.now());
    open.push(connection);
    /** The engine takes a listener away that throws, and would keep all further bytes in memory. */
    function guarded(job: () => void): void {
      try {
        job();
      } catch (error) {
        close();
        connection.onClosed(parts.now());
        print("sluice: web", error);
      }
    }
    function gone(): void {
      alive = false;
      connection.onClosed(parts.now());
    }
    socket.on("data", (data) => {
      if (alive) guarded(() => connection.onData(parts.now(), data));
    });
    socket.on("drain", () => {
      if (alive) guarded(() => connection.onDrain(parts.now()));
    });
    socket.on("error", gone);
    socket.on("close", gone);
  }

  function tick(): boolean {
    for (const one of open) one.tick(parts.now());
    sweep();
    return open.length > 0;
  }

  return {
    accept: accept,
    handle: (request, response) => accept(httpSocket(request, response)),
    heard: (event) => site.status.heard(event as Heard),
    tick: tick,
  };
}
