import { mayConcern } from "../../../core/mdns/conflicts.js";
import type { Peer } from "../../../core/ports.js";
import { load } from "./load.js";
import { type NameState, Part, type Resident } from "./resident.js";

/** How often the address is looked at, ms. */
const lookMs = 5000;

function work(it: Resident, state: NameState, job: (state: NameState) => void): void {
  try {
    if (state.work === undefined) state.work = load(Part.Names)(it, state);
    job(state);
  } catch (error) {
    state.work = undefined;
    if (!state.poor) it.notify({ event: "note", text: `no name on the network: ${error}` });
    state.poor = true;
  }
}

/** The board's name on its network: what stays in memory is a socket and an ear for what may concern the board. */
export function newName(it: Resident): NameState {
  const state: NameState = {
    socket: undefined,
    held: "",
    address: "",
    netmask: "",
    usedAt: 0,
    lookAt: 0,
    poor: false,
    work: undefined,
    timer: 0,
    bound: () => {
      const socket = state.socket;
      // The engine calls this also when it could not bind.
      if (socket === undefined) return;
      socket.on("message", state.received);
      work(it, state, (at) => at.work !== undefined && at.work.begin());
    },
    received: (text: string, from: Peer) => {
      if (state.held === "" || mayConcern(state.held, text))
        work(it, state, (at) => at.work !== undefined && at.work.onDatagram(text, from));
    },
  };
  return state;
}

export function lookAfterName(it: Resident, state: NameState): void {
  if (it.now() < state.lookAt) return;
  state.lookAt = it.now() + lookMs;
  const network = require("Wifi").getIP();
  if (state.work === undefined && network.ip === state.address) return;
  work(it, state, (at) => {
    if (at.work !== undefined && !at.work.look(network.ip, network.netmask || "")) at.work = undefined;
  });
}

/** For the moment before a restart: the datagrams need some 100 ms to leave. */
export function sayGoodbye(it: Resident, state: NameState): void {
  if (state.held !== "") work(it, state, (at) => at.work !== undefined && at.work.goodbye());
}
