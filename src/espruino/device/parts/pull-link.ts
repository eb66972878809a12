import type { PullLink } from "../../../core/pull/exchange.js";
import type { PullUrl } from "../../../core/pull/pull-url.js";
import { watchdogSeconds } from "../watchdog.js";

/** Seconds for the watchdog while the ESP32 connects: it stands still until the peer answers, or TCP gives up. */
const connectSeconds = 120;

/** Who hears of the connection. */
export interface LinkEvents {
  readonly onConnected: () => void;
  readonly onData: (data: string) => void;
  readonly onClosed: () => void;
}

/** The engine's sockets, one at a time. What an older one still says is not heard any more. */
export class EngineLink implements PullLink {
  private socket: EspruinoTcpSocket | undefined;
  /** Number of the connection that counts; handlers of others fall silent. */
  private number: number;
  private open: boolean;

  constructor(private readonly events: LinkEvents) {
    this.socket = undefined;
    this.number = 0;
    this.open = false;
  }

  connect(to: PullUrl): void {
    this.close();
    this.number++;
    const number = this.number;
    const options = { host: to.host, port: to.port };
    const opened = (): void => this.opened(number);
    try {
      // Without this a server that does not answer would look like a program that hangs.
      if (BOARD_CHIP !== "linux") E.enableWatchdog(connectSeconds, true);
      this.socket = require("net").connect(options, opened);
    } catch {
      // Where connecting blocks, a refused connection is thrown; who asked for it is still in the middle of asking.
      setTimeout(() => this.closed(number), 0);
    }
    if (BOARD_CHIP !== "linux") E.enableWatchdog(watchdogSeconds, true);
    const socket = this.socket;
    if (socket === undefined) return;
    socket.on("data", (data) => {
      this.opened(number);
      if (this.number === number) this.guarded(() => this.events.onData(data));
    });
    socket.on("error", () => this.closed(number));
    socket.on("close", () => this.closed(number));
  }

  send(text: string): void {
    if (this.socket !== undefined) this.socket.write(text);
  }

  close(): void {
    const socket = this.socket;
    this.socket = undefined;
    this.open = false;
    this.number++;
    if (socket === undefined) return;
    try {
      socket.end();
    } catch {
      // Closed by the peer a moment ago.
    }
  }

  private opened(number: number): void {
    if (this.number !== number || this.open) return;
    this.open = true;
    this.guarded(this.events.onConnected);
  }

  private closed(number: number): void {
    if (this.number !== number) return;
    this.socket = undefined;
    this.number++;
    this.open = false;
    this.guarded(this.events.onClosed);
  }

  /** The engine takes a listener away that throws, and would keep all further bytes in memory. */
  private guarded(job: () => void): void {
    try {
      job();
    } catch (error) {
      print("sluice: pull", error);
      this.close();
      this.events.onClosed();
    }
  }
}
