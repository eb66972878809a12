/** After rain the program is skipped for some hours. It begins anew at every restart: the sensor says the rest. */
export class RainDelay {
  private readonly delayMs: number;
  private until = 0;

  constructor(hours: number) {
    this.delayMs = hours * 3600000;
  }

  tick(raining: boolean, now: number): void {
    if (raining) this.until = now + this.delayMs;
  }

  /** Skips watering for so many hours from now, as if it had rained; 0 ends the delay. */
  set(hours: number, now: number): void {
    this.until = now + hours * 3600000;
  }

  /** Hours left, rounded up; 0: water may flow. */
  hoursLeft(now: number): number {
    return now >= this.until ? 0 : Math.ceil((this.until - now) / 3600000);
  }
}
