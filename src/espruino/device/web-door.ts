import { openWeb } from "./on-demand/web.js";
import type { HttpRequest, HttpResponse } from "./sluice.js";
import type { WebParts, WebServer, WebSettings } from "./web-parts.js";

/** What is behind the door is let go of after so long without a visitor, ms. */
const idleMs = 30000;

/**
 * All of the web update that is there while nobody uses it: a listening socket. The first connection brings the rest
 * out of flash; half a minute after the last one its variables are free again.
 */
export class WebDoor {
  private server: WebServer | undefined;
  private busyAt: number;

  constructor(
    private readonly settings: WebSettings,
    private readonly parts: () => WebParts,
    private readonly now: () => number,
    private readonly wake: () => void,
  ) {
    this.server = undefined;
    this.busyAt = 0;
    if (settings.listen)
      require("net")
        .createServer((socket) => this.open().accept(socket))
        .listen(settings.port);
  }

  /** @returns whether somebody is there */
  tick(): boolean {
    const server = this.server;
    if (server === undefined) return false;
    const now = this.now();
    if (server.tick()) this.busyAt = now;
    else if (now - this.busyAt >= idleMs) this.server = undefined;
    return this.busyAt === now;
  }

  heard(event: object): void {
    if (this.server !== undefined) this.server.heard(event);
  }

  /** A request of the application's server. @returns whether it is for the page */
  handle(request: HttpRequest, response: HttpResponse): boolean {
    const path = `${request.url}`.split("?")[0];
    const ours = this.settings.path;
    if (path !== ours && path.slice(0, ours.length + 1) !== `${ours}/`) return false;
    this.open().handle(request, response);
    return true;
  }

  private open(): WebServer {
    let server = this.server;
    if (server === undefined) {
      server = openWeb(this.parts());
      this.server = server;
    }
    this.busyAt = this.now();
    this.wake();
    return server;
  }
}
