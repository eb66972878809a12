// Sensors: the mean of the last readings, and an alarm with hysteresis
class Window {
  private readonly values: number[] = [];
  constructor(private readonly size = 4) {}
  add(value: number): number {
    this.values.push(value);
    if (this.values.length > this.size) this.values.shift();
    return this.values.reduce((sum, one) => sum + one, 0) / this.values.length;
  }
}
enum Alarm { Off, On = 7 }
let alarm = Alarm.Off;
const window4 = new Window();
for (const reading of [20, 22, 30, 36, 38, 30, 18, 10, 8]) {
  const mean = window4.add(reading);
  if (alarm === Alarm.Off && mean > 30) alarm = Alarm.On;
  else if (alarm === Alarm.On && mean < 25) alarm = Alarm.Off;
  print(mean.toFixed(1) + " " + Alarm[alarm]);
}
