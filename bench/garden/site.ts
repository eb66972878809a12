import type { GardenPorts } from "../../devs/garden/lib/garden.js";

/** Litres in a second through an open valve. */
export const litresPerSecond = 1 / 3;
export const openMs = 1500;
export const closeMs = 2000;
export const zones = 3;

/** Pump, valves and end switches around a chip. Time in ms; without power the springs close what is open. */
export class Site {
  /** 0 closed, 1 open. */
  readonly positions: number[] = Array.from({ length: zones }, () => 0);
  readonly litres: number[] = Array.from({ length: zones }, () => 0);
  /** Until then the valve does not move, ms; it may be open. */
  readonly stuckUntil: number[] = Array.from({ length: zones }, () => 0);
  pumpRuns = false;
  pumpStarts = 0;
  private readonly powered: boolean[] = Array.from({ length: zones }, () => false);

  constructor(private now: number) {}

  readonly ports: Pick<GardenPorts, "drive" | "reads"> = {
    drive: (index, on) => {
      if (index > 0) this.powered[index - 1] = on;
      else {
        if (on && !this.pumpRuns) this.pumpStarts++;
        this.pumpRuns = on;
      }
    },
    reads: (index) => (index === 0 ? this.pumpRuns : this.positions[index - 1] === 0),
  };

  /** The chip is gone: its outputs float. */
  unpower(): void {
    this.pumpRuns = false;
    this.powered.fill(false);
  }

  get openZones(): number {
    return this.positions.filter((position) => position > 0).length;
  }

  /** @param now ms, never less than before */
  advance(now: number): void {
    const passed = now - this.now;
    this.now = now;
    if (passed === 0) return;
    for (let zone = 0; zone < zones; zone++) {
      const before = this.positions[zone];
      if (now >= this.stuckUntil[zone]) {
        const moved = this.powered[zone] ? before + passed / openMs : before - passed / closeMs;
        this.positions[zone] = Math.min(Math.max(moved, 0), 1);
      }
      if (this.pumpRuns)
        this.litres[zone] += (Math.max(before, this.positions[zone]) * passed * litresPerSecond) / 1000;
    }
  }
}
