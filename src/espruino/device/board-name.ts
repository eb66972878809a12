import { mayConcern } from "../../core/mdns/concerns.js";
import type { Datagram, MdnsResponder } from "../../core/mdns/responder.js";
import type { Clock } from "../../core/ports.js";
import type { NameFacts } from "./name-facts.js";
import { openNames } from "./on-demand/names.js";

/** How often address and facts are looked at, and how long after the last question the responder is kept, ms. */
const lookMs = 5000;
/** A port that was taken is tried again after so long, ms. */
const againMs = 60000;
/** The responder takes some 1100 variables while it works (measured on the engine); the application must keep some. */
const neededVariables = 1500;

/**
 * The board's name on its network. What stays in memory is a socket and an ear for what may concern the board; the
 * responder comes out of flash to take the name and to answer, and its variables are free again a little later.
 * Whatever goes wrong here, the agent and the application go on.
 */
export class BoardName {
  private socket: EspruinoUdpSocket | undefined;
  private responder: MdnsResponder | undefined;
  private facts: NameFacts | undefined;
  private address: string;
  private netmask: string;
  /** The name that holds, without ".local"; "" while none does. */
  private held: string;
  private lookedAt: number;
  private triedAt: number;
  private usedAt: number;
  private timer: number;
  /** There was too little memory, and it was said. */
  private poor: boolean;

  constructor(
    private readonly clock: Clock,
    private readonly tell: (event: object) => void,
    private readonly network: () => { ip: string; netmask?: string },
  ) {
    this.address = "";
    this.netmask = "";
    this.held = "";
    this.lookedAt = -lookMs;
    this.triedAt = -againMs;
    this.usedAt = 0;
    this.timer = 0;
    this.poor = false;
  }

  name(): string {
    return this.held;
  }

  /** @param facts undefined while the board takes no updates */
  tick(facts: () => NameFacts | undefined): void {
    const now = this.clock.now();
    if (now - this.lookedAt < lookMs) return;
    const known = facts();
    if (known === undefined) return;
    this.lookedAt = now;
    const network = this.network();
    // No network, or one that ends in the board.
    if (!network.ip || network.ip === "0.0.0.0" || network.ip.slice(0, 4) === "127.") {
      this.address = "";
      this.drop();
      return;
    }
    const same = network.ip === this.address && JSON.stringify(known) === JSON.stringify(this.facts);
    this.facts = known;
    this.address = network.ip;
    this.netmask = network.netmask || "";
    if (this.socket === undefined) this.open();
    else if (!same) {
      this.drop();
      this.work(() => []);
    } else if (this.timer === 0 && now - this.usedAt >= lookMs) this.responder = undefined;
  }

  /** For the moment before a restart: the datagrams need some 100 ms to leave. */
  goodbye(): void {
    if (this.held !== "") this.work((responder) => responder.goodbye());
    this.drop();
    this.address = "";
  }

  /** The name is to be taken anew. */
  private drop(): void {
    this.responder = undefined;
    this.held = "";
    if (this.timer !== 0) clearTimeout(this.timer);
    this.timer = 0;
  }

  private open(): void {
    const now = this.clock.now();
    if (now - this.triedAt < againMs) return;
    this.triedAt = now;
    const socket = require("dgram").createSocket({ type: "udp4", reuseAddr: true });
    try {
      // Only memberships from before `bind` count (Espruino libs/network/socketserver.c, serverAddMembership).
      socket.addMembership("224.0.0.251", this.address);
      socket.bind(5353, () => {
        // The engine calls this also when it could not bind.
        if (this.socket !== socket) return;
        socket.on("message", (text, from) => {
          const host = this.held;
          if (this.address === "" || (host !== "" && !mayConcern(host, text))) return;
          this.work((responder) => responder.onDatagram(this.clock.now(), text, from));
        });
        this.work(() => []);
      });
    } catch {
      this.fallBack("UDP port 5353 is taken");
      return;
    }
    this.socket = socket;
    socket.on("close", () => {
      if (this.socket === socket) this.socket = undefined;
    });
  }

  /** Fetches the responder if need be, sends what the job answers, and sets the timer for what comes next. */
  private work(job: (responder: MdnsResponder) => Datagram[]): void {
    const facts = this.facts;
    const socket = this.socket;
    if (facts === undefined || socket === undefined || this.address === "") return;
    const now = this.clock.now();
    this.usedAt = now;
    try {
      let responder = this.responder;
      if (responder === undefined) {
        if (process.memory().free < neededVariables) {
          if (!this.poor) this.fallBack("too little memory");
          this.poor = true;
          return;
        }
        responder = openNames({
          facts: facts,
          address: this.address,
          netmask: this.netmask,
          held: this.held,
          now: now,
          named: (host) => {
            this.held = host;
            this.tell({ event: "named", name: `${host}.local`, address: this.address });
          },
        });
        this.responder = responder;
      }
      for (const one of job(responder)) socket.send(one.text, one.port, one.address);
      const next = responder.nextAt();
      if (this.timer !== 0) clearTimeout(this.timer);
      this.timer = 0;
      if (next < 0) return;
      const wait = next > now ? next - now : 1;
      this.timer = setTimeout(() => {
        this.timer = 0;
        this.work((again) => again.tick(this.clock.now()));
      }, wait);
    } catch (error) {
      this.drop();
      this.socket = undefined;
      this.triedAt = now;
      socket.close();
      this.fallBack(`${error}`);
    }
  }

  /**
   * Espruino on the ESP32 has a responder of its own, which keeps the port to itself and answers to the host name
   * (libs/network/esp32/jswrap_esp32_network.c, startMDNS): it gets ours. It can tell of no update service.
   */
  private fallBack(why: string): void {
    const facts = this.facts;
    const host = facts === undefined ? "" : facts.host;
    if (BOARD_CHIP !== "linux" && BOARD_CHIP !== "esp8266" && host !== "") require("Wifi").setHostname(host);
    this.tell({
      event: "note",
      text: `not listed on the network (${why}): reach it at ${this.address}${host && `, or as ${host}.local if that resolves`}`,
    });
  }
}
