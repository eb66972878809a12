import type { MdnsIdentity } from "../../core/mdns/own-records.js";
import { type Datagram, MdnsResponder, mdnsGroup, mdnsPort } from "../../core/mdns/responder.js";
import type { Clock } from "../../core/ports.js";
import { engineRandom } from "./engine-random.js";

/** A port that was taken, or a network that was away, is tried again after so long, ms. */
const againMs = 60000;

/** From hardware: spreads answers and probes of boards that got power at the same moment. */
function jitter(below: number): number {
  const hex = engineRandom.hex(4);
  let sum = 0;
  for (let i = 0; i < hex.length; i++) sum = (sum * 16 + hex.charCodeAt(i)) % 65521;
  return sum % below;
}

/** Gives the mDNS responder its datagrams and its time. Whatever goes wrong here, the agent and the application go on. */
export class NameService {
  private readonly responder: MdnsResponder;
  private socket: EspruinoUdpSocket | undefined;
  private bound: boolean;
  private triedAt: number;
  private timer: number;

  constructor(
    private readonly clock: Clock,
    named: (host: string, address: string) => void,
    private readonly failed: (text: string) => void,
  ) {
    this.responder = new MdnsResponder(BOARD_UDP_MAX, jitter, named);
    this.socket = undefined;
    this.bound = false;
    this.triedAt = -againMs;
    this.timer = 0;
  }

  /** Called again and again with what holds now; undefined: there is nothing to tell, or no network. */
  tell(identity: MdnsIdentity | undefined): void {
    if (identity !== undefined && this.socket === undefined) this.open(identity.address);
    if (!this.bound) return;
    this.guarded(() => {
      this.responder.tell(this.clock.now(), identity);
      return [];
    });
  }

  /** The name that the network knows, without ".local"; "" while it knows none. */
  name(): string {
    return this.responder.name();
  }

  /** For the moment before a restart: the datagrams need some 100 ms to leave. */
  goodbye(): void {
    this.guarded(() => this.responder.goodbye());
  }

  private open(address: string): void {
    const now = this.clock.now();
    if (now - this.triedAt < againMs) return;
    this.triedAt = now;
    const socket = require("dgram").createSocket({ type: "udp4", reuseAddr: true });
    try {
      // Only memberships from before `bind` count (Espruino libs/network/socketserver.c, serverAddMembership).
      socket.addMembership(mdnsGroup, address);
      socket.bind(mdnsPort, () => {
        // The engine calls this also when it could not bind.
        if (this.socket !== socket) return;
        this.bound = true;
        socket.on("message", (text, from) =>
          this.guarded(() => this.responder.onDatagram(this.clock.now(), text, from)),
        );
      });
    } catch {
      this.failed("UDP port 5353 is taken");
      return;
    }
    this.socket = socket;
    socket.on("error", () => this.lost(socket));
    socket.on("close", () => this.lost(socket));
  }

  private lost(socket: EspruinoUdpSocket): void {
    if (this.socket !== socket) return;
    this.socket = undefined;
    this.bound = false;
    this.responder.tell(this.clock.now(), undefined);
  }

  private guarded(job: () => Datagram[]): void {
    try {
      const socket = this.socket;
      for (const one of job()) if (socket !== undefined) socket.send(one.text, one.port, one.address);
      this.schedule();
    } catch (error) {
      const socket = this.socket;
      if (socket !== undefined) socket.close();
      this.failed(`${error}`);
    }
  }

  private schedule(): void {
    if (this.timer !== 0) clearTimeout(this.timer);
    this.timer = 0;
    const next = this.responder.nextAt();
    if (next < 0) return;
    const wait = next - this.clock.now();
    this.timer = setTimeout(
      () => {
        this.timer = 0;
        this.guarded(() => this.responder.tick(this.clock.now()));
      },
      wait > 1 ? wait : 1,
    );
  }
}
