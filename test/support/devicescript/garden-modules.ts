import {
  CHANGE,
  type JDBus,
  JDServerServiceProvider,
  JDServiceServer,
  SRV_RELAY,
  SwitchServer,
} from "jacdac-ts";
import wiring from "../../../devs/garden/wiring.json" with { type: "json" };
import { Bench, type BenchEvent } from "../../../src/board/bench.js";
import { Watch } from "./watch.js";

/**
 * The garden's bench of valves, pump and switches behind Jacdac modules on a board's bus. The runtime gives roles to
 * services in the order of their names, so they are hosted in that order.
 */
export class GardenModules {
  readonly events: BenchEvent[] = [];
  readonly bench: Bench;
  private readonly relays: JDServiceServer[];
  private readonly switches = new Map<number, SwitchServer>();
  private readonly services: JDServiceServer[];
  private readonly watch = new Watch();

  constructor() {
    const { valves, pump, rain, button } = wiring;
    this.relays = [pump, ...valves].map(() => new JDServiceServer(SRV_RELAY, { intensityValues: [false] }));
    for (const pin of [button.sensor, ...valves.map(({ sensor }) => sensor), rain.sensor])
      this.switches.set(pin, new SwitchServer());
    this.services = [...this.relays, ...this.switches.values()];
    const active = new Map([
      [rain.sensor, rain.wet],
      [button.sensor, button.pressed],
    ]);
    this.bench = new Bench(
      wiring,
      {
        listen: (listener) => {
          [pump, ...valves].forEach(({ drive }, index) => {
            const on = this.relays[index].registers.find(({ identifier }) => identifier === 1);
            on?.on(CHANGE, () => listener(drive, undefined, on.values()[0] ? 1 : 0));
          });
        },
        drive: (pin, level) => {
          const one = this.switches.get(pin);
          void (level === (active.get(pin) ?? 1) ? one?.switchOn() : one?.switchOff());
        },
      },
      {
        now: () => performance.now(),
        after: (ms, action) => {
          const timer = setTimeout(action, ms);
          return () => clearTimeout(timer);
        },
      },
      (event) => {
        this.events.push(event);
        this.watch.wake();
      },
    );
  }

  /** Plugs the modules into a board's bus; again after each start of the board. */
  plugInto(bus: JDBus): void {
    bus.addServiceProvider(new JDServerServiceProvider("garden", this.services));
  }

  /** Holds the button until a valve moves: a busy board may overlook a short press. */
  async press(): Promise<void> {
    const button = this.switches.get(wiring.button.sensor);
    const before = this.events.length;
    await button?.switchOn();
    try {
      await this.until("a valve to move after the button", () => this.events.length > before);
    } finally {
      await button?.switchOff();
    }
  }

  get positions(): number[] {
    return this.bench.valves.map(({ position }) => position);
  }

  /** Resolves when `done` holds; looked at whenever something on the bench has changed. */
  async until(what: string, done: () => boolean): Promise<void> {
    const text = (): string => `${what}; ${JSON.stringify(this.events.slice(-8))}`;
    await this.watch.until(20_000, text, () => done() || undefined);
  }

  close(): void {
    this.bench.close();
  }
}
