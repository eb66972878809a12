import { arduinoText, hostLabel, type MdnsService } from "../../../core/mdns/own-records.js";
import { MdnsResponder } from "../../../core/mdns/responder.js";
import { engineRandom } from "../ports/crypto.js";
import { type NameState, optionsOf, type Part, type PartTypes, type Resident } from "../resident/resident.js";
import { readSettings, webSettings } from "../settings.js";

/** How long after the last question the responder is kept, ms. */
const idleMs = 5000;

/** From hardware: spreads answers and probes of boards that got power at the same moment. */
function jitter(below: number): number {
  const hex = engineRandom.hex(4);
  let sum = 0;
  for (let i = 0; i < hex.length; i++) sum = (sum * 16 + hex.charCodeAt(i)) % 65521;
  return sum % below;
}

/** What the board is called and offers. */
interface Listing {
  /** Host name from the settings or the application, or "". */
  readonly wanted: string;
  readonly services: MdnsService[];
}

/** Read at once, and not when it is needed: reading JSON takes 4 KB of the C stack, wherever that stands then. */
function listingOf(it: Resident): Listing {
  const settings = readSettings();
  const options = optionsOf(it);
  const text = arduinoText(!it.free, BOARD_ID, it.boot.appName);
  const services = [{ type: "_arduino._tcp", port: it.port, text: text }];
  const web = it.path === "" ? undefined : webSettings(settings.web, options.web);
  if (web !== undefined) services[1] = { type: "_http._tcp", port: web.port, text: [`path=${web.path}`] };
  return { wanted: settings.host || options.hostname || "", services: services };
}

function hostOf(it: Resident, wanted: string): string {
  if (wanted !== "") return hostLabel(wanted);
  return hostLabel(`${it.boot.appName.split("@")[0]}-${process.env.SERIAL.slice(-6)}`);
}

/**
 * Espruino on the ESP32 has a responder of its own, which keeps the port to itself and answers to the host name
 * (libs/network/esp32/jswrap_esp32_network.c, startMDNS): it gets ours. It cannot announce the update service.
 */
function fallBack(it: Resident, state: NameState, host: string, why: string): void {
  if (BOARD_CHIP !== "linux" && host !== "") require("Wifi").setHostname(host);
  const other = host && `, or as ${host}.local if that resolves`;
  it.notify({
    event: "note",
    text: `not listed on the network (${why}): reach it at ${state.address}${other}`,
  });
}

/** The board's mDNS responder: takes the name, and answers for it. */
export const names: PartTypes[Part.Names] = (it, state) => {
  const listing = listingOf(it);
  let responder: MdnsResponder | undefined;

  function send(job: (responder: MdnsResponder) => { text: string; port: number; address: string }[]): void {
    const socket = state.socket;
    if (socket === undefined) return;
    const now = it.now();
    state.usedAt = now;
    if (responder === undefined) {
      responder = new MdnsResponder(BOARD_UDP_MAX, jitter, (host) => {
        state.held = host;
        it.notify({ event: "named", name: `${host}.local`, address: state.address });
      });
      const identity = {
        host: hostOf(it, listing.wanted),
        address: state.address,
        netmask: state.netmask,
        services: listing.services,
      };
      if (state.held === "") responder.announce(now, identity);
      else responder.resume(identity, state.held);
    }
    const datagrams = job(responder);
    for (const one of datagrams) socket.send(one.text, one.port, one.address);
    const next = responder.nextAt();
    if (state.timer !== 0) clearTimeout(state.timer);
    state.timer = 0;
    if (next < 0) return;
    state.timer = setTimeout(
      () => {
        state.timer = 0;
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
      fallBack(it, state, listing.wanted, "UDP port 5353 is taken");
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
      return !isNone && state.socket !== undefined && (state.timer !== 0 || it.now() - state.usedAt < idleMs);
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
