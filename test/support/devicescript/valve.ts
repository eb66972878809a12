import { CHANGE, type JDBus, JDServerServiceProvider, JDServiceServer, SRV_RELAY } from "jacdac-ts";
import { Watch } from "./watch.js";

/** A valve behind a Jacdac relay, hosted by the test on a board's bus. Remembers each change: true is open. */
export class ValveTwin {
  readonly changes: boolean[] = [];
  private readonly watch = new Watch();

  constructor(bus: JDBus) {
    const relay = new JDServiceServer(SRV_RELAY, { intensityValues: [false] });
    const [intensity] = relay.registers.filter(({ identifier }) => identifier === 1);
    intensity.on(CHANGE, () => {
      this.changes.push(Boolean(intensity.values()[0]));
      this.watch.wake();
    });
    bus.addServiceProvider(new JDServerServiceProvider("valve", [relay]));
  }

  get open(): boolean {
    return this.changes[this.changes.length - 1] ?? false;
  }

  /** Resolves when the valve is open. */
  async opened(): Promise<void> {
    await this.watch.until(
      10_000,
      () => "the valve to open",
      () => this.open || undefined,
    );
  }
}
