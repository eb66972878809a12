import { hostLabel } from "../../core/mdns/names.js";
import { arduinoText, type MdnsService } from "../../core/mdns/own-records.js";
import type { Clock } from "../../core/ports.js";
import { NameService } from "./mdns.js";

/** How often address and facts are looked at, ms. */
const lookMs = 5000;

/** What the network is to know of the board. */
export interface NameFacts {
  /** Wanted host name; "": made from the application's name and the chip's id. */
  readonly host: string;
  /** UDP port of the listener. */
  readonly port: number;
  /** A password is asked for. */
  readonly auth: boolean;
  /** "garden@2.0.0" */
  readonly app: string;
  /** The update page, where it is served. */
  readonly web: { readonly port: number; readonly path: string } | undefined;
}

function hostOf(facts: NameFacts): string {
  if (facts.host !== "") return hostLabel(facts.host);
  return hostLabel(`${facts.app.split("@")[0]}-${process.env.SERIAL.slice(-6)}`);
}

function servicesOf(facts: NameFacts): MdnsService[] {
  const services = [
    { type: "_arduino._tcp", port: facts.port, text: arduinoText(facts.auth, BOARD_ID, facts.app) },
  ];
  const web = facts.web;
  if (web !== undefined) services.push({ type: "_http._tcp", port: web.port, text: [`path=${web.path}`] });
  return services;
}

/** The board's name on its network, kept up to date with address, application and services. */
export class BoardName {
  private readonly service: NameService;
  private lookedAt: number;
  private host: string;
  private address: string;

  constructor(
    private readonly clock: Clock,
    private readonly tell: (event: object) => void,
  ) {
    this.service = new NameService(
      clock,
      (host, address) => this.tell({ event: "named", name: `${host}.local`, address: address }),
      (why) => this.fallBack(why),
    );
    this.lookedAt = -lookMs;
    this.host = "";
    this.address = "";
  }

  /** @param facts undefined while the board takes no updates */
  tick(facts: () => NameFacts | undefined): void {
    const now = this.clock.now();
    if (now - this.lookedAt < lookMs) return;
    const known = facts();
    if (known === undefined) return;
    this.lookedAt = now;
    const network = require("Wifi").getIP();
    this.host = hostOf(known);
    // No network, or one that ends in the board.
    if (!network.ip || network.ip === "0.0.0.0" || network.ip.slice(0, 4) === "127.") {
      this.service.tell(undefined);
      return;
    }
    this.address = network.ip;
    this.service.tell({
      host: this.host,
      address: network.ip,
      netmask: network.netmask || "",
      services: servicesOf(known),
    });
  }

  /** The name that holds, without ".local"; "" while none does. */
  name(): string {
    return this.service.name();
  }

  goodbye(): void {
    this.service.goodbye();
  }

  /**
   * Espruino on the ESP32 has a responder of its own, which keeps the port to itself and answers to the host name
   * (libs/network/esp32/jswrap_esp32_network.c, startMDNS): it gets ours. It can tell of no update service.
   */
  private fallBack(why: string): void {
    if (BOARD_CHIP !== "esp8266") require("Wifi").setHostname(this.host);
    this.tell({
      event: "note",
      text: `not listed on the network (${why}): reach it at ${this.address}, or as ${this.host}.local if that resolves`,
    });
  }
}
