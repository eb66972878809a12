import { CHANGE, type JDBus, JDServerServiceProvider, JDServiceServer, SRV_RELAY } from "jacdac-ts";

/** A valve behind a Jacdac relay, hosted by the test on a board's bus. Remembers each change: true is open. */
export class ValveTwin {
  readonly changes: boolean[] = [];
  private readonly waiting = new Set<() => void>();

  constructor(bus: JDBus) {
    const relay = new JDServiceServer(SRV_RELAY, { intensityValues: [false] });
    const [intensity] = relay.registers.filter(({ identifier }) => identifier === 1);
    intensity.on(CHANGE, () => {
      this.changes.push(Boolean(intensity.values()[0]));
      for (const look of this.waiting) look();
    });
    bus.addServiceProvider(new JDServerServiceProvider("valve", [relay]));
  }

  get open(): boolean {
    return this.changes[this.changes.length - 1] ?? false;
  }

  /** Resolves when the valve is open; the caller sets the deadline. */
  async opened(): Promise<void> {
    while (!this.open)
      await new Promise<void>((resolve) => {
        const look = (): void => {
          this.waiting.delete(look);
          resolve();
        };
        this.waiting.add(look);
      });
  }
}
