import { load } from "./load.js";
import { Part, type WebServer } from "./parts.js";
import type { Resident } from "./resident.js";

/** Those who visit the page: stays until half a minute after the last. */
export function openPage(it: Resident): WebServer {
  let page = it.page;
  if (page === undefined) {
    page = load(Part.Door)(it);
    it.page = page;
  }
  return page;
}

/** @param port TCP */
export function servePage(it: Resident, port: number): void {
  const accept = (socket: EspruinoTcpSocket): void => {
    try {
      openPage(it).accept(socket);
    } catch {
      socket.end("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 30\r\nConnection: close\r\n\r\n");
    }
  };
  require("net").createServer(accept).listen(port);
}
