import type { Action } from "../../../core/espota/actions.js";
import type { EspotaHandshake } from "../../../core/espota/handshake.js";
import type { Peer } from "../../../core/ports.js";
import { readSettings, webSettings } from "../settings.js";
import { hasRoom, load } from "./load.js";
import { onTrial, optionsOf, Part, type Resident, Room, slotName, type WebServer } from "./resident.js";

let udp: EspruinoUdpSocket | undefined;
let handshake: EspotaHandshake | undefined;

export function send(action: Action): void {
  if (action.do === "reply" && udp !== undefined) udp.send(action.text, action.to.port, action.to.address);
}

function onMessage(it: Resident, text: string, from: Peer): void {
  // Longer datagrams are none of espota's.
  const longest = 250;
  // What begins with a digit may be an invitation or an answer; everything else costs no more than this look.
  const first = text.charCodeAt(0);
  if (!(first >= 48 && first <= 57) || text.length > longest || it.gone || it.due !== undefined) return;
  if (it.push !== undefined && it.push.transfer.isWaiting(from)) return;
  try {
    if (handshake === undefined) handshake = load(Part.Challenge)(it);
    const done = handshake.onDatagram(
      it.now(),
      text,
      from,
      it.push !== undefined && it.push.transfer.isTransferring(),
    );
    if (done === undefined) return;
    if (done.answer !== undefined) send(done.answer);
    const accepted = done.accepted;
    if (accepted === undefined) return;
    // The next part needs the room.
    handshake = undefined;
    if (it.boot.app >= 0 && it.run === undefined && !hasRoom(Room.Push)) {
      const offer = {
        command: accepted.command,
        size: accepted.size,
        md5: accepted.md5,
        from: from.address,
      };
      const waiting = { invitation: accepted, address: from.address, port: from.port };
      it.due = { offer: offer, since: it.now(), waiting: waiting, begun: false };
      it.wake();
      return;
    }
    if (it.push === undefined) it.push = load(Part.Transfer)(it, send);
    it.push.accept(accepted, from);
    it.wake();
  } catch (error) {
    handshake = undefined;
    let code = "NO_RANDOM";
    let why = `${error}`;
    if (why.indexOf(code) < 0) {
      code = "OUT_OF_MEMORY";
      why = `ERROR[14]: Out of memory: ${why}`;
    }
    it.notify({ event: "refused", code: code, text: why });
    send({ do: "reply", to: from, text: `ERR: ${why}\n` });
  }
}

/** Binds the listener; `it.port` shows that it stands. */
function listen(it: Resident, port: number): void {
  const socket = require("dgram").createSocket("udp4");
  function gone(): void {
    if (udp === socket) it.port = 0;
  }
  udp = socket;
  it.port = port;
  socket.on("error", gone);
  socket.on("close", gone);
  socket.bind(port, (bound) => {
    bound.on("message", (text, from) => onMessage(it, text, from));
    it.notify({
      event: "ready",
      udp: port,
      app: it.boot.appName,
      slot: slotName(it),
      agent: SLUICE_VERSION,
      trial: onTrial(it),
    });
  });
}

/** The challenges are forgotten once they have expired. */
export function forgetHandshake(at: number): void {
  if (handshake !== undefined && handshake.isIdle(at)) handshake = undefined;
}

/** Those who visit the page: stays until half a minute after the last. */
export function openPage(it: Resident): WebServer {
  let page = it.page;
  if (page === undefined) {
    page = load(Part.Page)(it);
    it.page = page;
  }
  return page;
}

/** @param port TCP */
function servePage(it: Resident, port: number): void {
  const accept = (socket: EspruinoTcpSocket): void => {
    try {
      if (it.due !== undefined && it.page === undefined) throw new Error("there is no room for visitors");
      openPage(it).accept(socket);
    } catch {
      socket.end("HTTP/1.1 503 Service Unavailable\r\nRetry-After: 30\r\nConnection: close\r\n\r\n");
    }
  };
  require("net").createServer(accept).listen(port);
}

/** Starts the listener and the update page, with a password or where the user has set `open`. */
export function serve(it: Resident): void {
  const settings = readSettings();
  const options = optionsOf(it);
  if (!settings.md5 && !settings.sha256 && !it.free && !options.password && !options.passwordHash) {
    if (it.path === "") it.notify({ event: "refused", code: "NO_PASSWORD_SET", text: "no password" });
    it.path = "-";
    return;
  }
  listen(it, settings.port || options.port || BOARD_OTA_PORT);
  if (it.path !== "") return;
  const web = webSettings(settings.web, options.web);
  if (web === undefined) return;
  it.path = web.path;
  if (web.listen) servePage(it, web.port);
  it.notify({ event: "note", text: `update page on port ${web.port}, ${web.path}` });
}
