// Classes: a PID controller with limits
class Pid {
  private sum = 0; private before?: number;
  constructor(private readonly gains: { p: number; i?: number; d?: number }, private readonly limits: [number, number] = [0, 100]) {}
  step(target: number, value: number, seconds: number): number {
    const { p, i = 0, d = 0 } = this.gains, [low, high] = this.limits, error = target - value;
    this.sum = clamp(this.sum + error * i * seconds, low, high);
    const slope = this.before === undefined ? 0 : (error - this.before) / seconds;
    this.before = error;
    return clamp(p * error + this.sum + d * slope, low, high);
  }
}
function clamp(value: number, low: number, high: number) { return value < low ? low : value > high ? high : value; }
const pid = new Pid({ p: 4, i: 0.5 });
let room = 16;
for (let minute = 0; minute < 6; minute++) { const power = pid.step(21, room, 1); room += power / 50 - 0.1; print(power.toFixed(2), room.toFixed(2)); }
