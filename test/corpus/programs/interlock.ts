// Relays: a blind whose two relays never close together
type Direction = "up" | "down" | "stopped";
interface BlindOptions { up: number; down: number; travel?: number; pause?: number }
class Blind {
  position = 0;
  direction: Direction = "stopped";
  private options: Required<BlindOptions>;
  private timers: any[] = [];
  private started = 0;
  constructor(options: BlindOptions, private report: (blind: Blind, arrived: boolean) => void) {
    this.options = { travel: 100, pause: 20, ...options };
    this.stop();
  }
  private write(up: number, down: number) {
    if (up && down) throw new Error("both relays");
    digitalWrite(this.options.up, up);
    digitalWrite(this.options.down, down);
  }
  stop() {
    for (const timer of this.timers) clearTimeout(timer);
    this.timers = [];
    this.write(0, 0);
    this.direction = "stopped";
  }
  moveTo(target: number) {
    const way = target - this.position;
    this.stop();
    if (way === 0) return this.report(this, true);
    const { travel, pause } = this.options;
    this.timers.push(setTimeout(() => {
      this.direction = way > 0 ? "down" : "up";
      this.write(+(way < 0), +(way > 0));
      this.report(this, false);
      this.timers.push(setTimeout(() => { this.position = target; this.stop(); this.report(this, true); }, Math.abs(way) * travel / 100));
    }, pause));
  }
}
const targets = [40, 100, 100, 0];
const blind = new Blind({ up: D18, down: D19 }, ({ position, direction }, arrived) => {
  print(`at ${position}, ${direction}, relays ${digitalRead(D18)}${digitalRead(D19)}, ${digitalRead([D18, D19])}`);
  if (!arrived) return;
  const next = targets.shift();
  if (next !== undefined) blind.moveTo(next);
});
blind.moveTo(10);
