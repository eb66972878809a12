import { hostLabel } from "../../../core/mdns/names.js";
import { arduinoText, type MdnsService } from "../../../core/mdns/own-records.js";
import { MdnsResponder } from "../../../core/mdns/responder.js";
import { engineRandom } from "../ports/engine-random.js";
import { type NameState, optionsOf, type Part, type PartTypes } from "../resident/parts.js";
import type { Resident } from "../resident/resident.js";
import { webSettings } from "../resident/web-settings.js";
import { readSettings } from "../settings.js";

declare const exports: { open: PartTypes[Part.Names] };

/** How long after the last question the responder is kept, ms. */
const idleMs = 5000;

/** From hardware: spreads answers and probes of boards that got power at the same moment. */
function jitter(below: number): number {
  const hex = engineRandom.hex(4);
  let sum = 0;
  for (let i = 0; i < hex.length; i++) sum = (sum * 16 + hex.charCodeAt(i)) % 65521;
  return sum % below;
}

function wantedHost(it: Resident): string {
  return readSettings().host || optionsOf(it).hostname || "";
}

function hostOf(it: Resident): string {
  const wanted = wantedHost(it);
  if (wanted !== "") return hostLabel(wanted);
  return hostLabel(`${it.boot.appName.split("@")[0]}-${process.env.SERIAL.slice(-6)}`);
}

function servicesOf(it: Resident): MdnsService[] {
  const text = arduinoText(!it.free, BOARD_ID, it.boot.appName);
  const services = [{ type: "_arduino._tcp", port: it.port, text: text }];
  const web = it.path === "" ? undefined : webSettings(readSettings().web, optionsOf(it).web);
  if (web !== undefined) services[1] = { type: "_http._tcp", port: web.port, text: [`path=${web.path}`] };
  return services;
}

/**
 * Espruino on the ESP32 has a responder of its own, which keeps the port to itself and answers to the host name
 * (libs/network/esp32/jswrap_esp32_network.c, startMDNS): it gets ours. It can tell of no update service.
 */
function fallBack(it: Resident, state: NameState, why: string): void {
  const host = wantedHost(it);
  if (BOARD_CHIP !== "linux" && host !== "") require("Wifi").setHostname(host);
  const other = host && `, or as ${host}.local if that resolves`;
  it.tell({
    event: "note",
    text: `not listed on the network (${why}): reach it at ${state.address}${other}`,
  });
}

/** The board's mDNS responder: takes the name, and answers for it. */
exports.open = (it, state) => {
  let responder: MdnsResponder | undefined;
  let timer = 0;

  function send(job: (responder: MdnsResponder) => { text: string; port: number; address: string }[]): void {
    const socket = state.socket;
    if (socket === undefined) return;
    const now = it.now();
    state.usedAt = now;
    if (responder === undefined) {
      responder = new MdnsResponder(BOARD_UDP_MAX, jitter, (host) => {
        state.held = host;
        it.tell({ event: "named", name: `${host}.local`, address: state.address });
      });
      const identity = {
        host: hostOf(it),
        address: state.address,
        netmask: state.netmask,
        services: servicesOf(it),
      };
      if (state.held === "") responder.tell(now, identity);
      else responder.resume(identity, state.held);
    }
    for (const one of job(responder)) socket.send(one.text, one.port, one.address);
    const next = responder.nextAt();
    if (timer !== 0) clearTimeout(timer);
    timer = 0;
    if (next < 0) return;
    timer = setTimeout(
      () => {
        timer = 0;
        if (state.work === work) send((again) => again.tick(it.now()));
      },
      next > now ? next - now : 1,
    );
  }

  function openSocket(): void {
    const socket = require("dgram").createSocket({ type: "udp4", reuseAddr: true });
    try {
      // Only memberships from before `bind` count (Espruino libs/network/socketserver.c, serverAddMembership).
      socket.addMembership("224.0.0.251", state.address);
      state.socket = socket;
      socket.bind(5353, state.bound);
    } catch {
      state.socket = undefined;
      fallBack(it, state, "UDP port 5353 is taken");
    }
  }

  const work = {
    look: (ip: string, netmask: string) => {
      const isNone = !ip || ip === "0.0.0.0" || ip.slice(0, 4) === "127.";
      if (ip !== state.address) {
        state.address = ip;
        state.netmask = netmask;
        state.held = "";
        state.usedAt = it.now();
        responder = undefined;
        if (isNone) return false;
        if (state.socket === undefined) openSocket();
        else send(() => []);
      }
      return !isNone && state.socket !== undefined && (timer !== 0 || it.now() - state.usedAt < idleMs);
    },
    begin: () => send(() => []),
    onDatagram: (text: string, from: { address: string; port: number }) =>
      send((one) => one.onDatagram(it.now(), text, from)),
    goodbye: () => {
      if (state.held !== "") send((one) => one.goodbye());
      state.held = "";
    },
  };
  return work;
};
