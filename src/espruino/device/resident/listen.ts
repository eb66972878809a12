import type { EspotaHandshake } from "../../../core/espota/handshake.js";
import type { Action, Peer } from "../../../core/espota/transfer.js";
import { onTrial, slotName } from "./facts.js";
import { load } from "./load.js";
import { Part } from "./parts.js";
import type { Resident } from "./resident.js";

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
  if (!(first >= 48 && first <= 57) || text.length > longest || it.gone) return;
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
    if (done.accepted === undefined) return;
    // The next part needs the room.
    handshake = undefined;
    if (it.push === undefined) it.push = load(Part.Transfer)(it, send);
    it.push.accept(done.accepted, from);
    it.wake();
  } catch (error) {
    handshake = undefined;
    send({ do: "reply", to: from, text: `ERR: ERROR[14]: Out of memory: ${error}\n` });
  }
}

/** Binds the listener; `it.port` shows that it stands. */
export function listen(it: Resident, port: number): void {
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
    it.tell({
      event: "ready",
      udp: port,
      app: it.boot.appName,
      slot: slotName(it),
      agent: SLUICE_VERSION,
      trial: onTrial(it),
    });
  });
}

/** The challenges are forgotten once nobody can answer them any more. */
export function forgetHandshake(at: number): void {
  if (handshake !== undefined && handshake.isIdle(at)) handshake = undefined;
}
