import { load } from "./load.js";
import { Part, type WebServer } from "./parts.js";
import type { Resident } from "./resident.js";

/** The page with what it takes, which stays until half a minute after its last visitor. */
export function openPage(it: Resident): WebServer {
  let page = it.page;
  if (page === undefined) {
    page = load(Part.Page)(it);
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
