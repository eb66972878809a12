// Sensors: a clock chip on I2C, in BCD
interface Bus { writeTo(address: number, ...data: number[]): void; readFrom(address: number, n: number): Uint8Array }
const toBcd = (n: number) => (Math.floor(n / 10) << 4) | n % 10;
const fromBcd = (b: number) => (b >> 4) * 10 + (b & 15);
const two = (n: number) => ("0" + n).slice(-2);
const days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"] as const;
enum Register { Seconds, Minutes, Hours, Weekday, Day, Month, Year, Control = 0x0e, Status }
class DS3231 {
  static readonly address = 0x68;
  constructor(private bus: Bus) {}
  set(...[year, month, day, hours, minutes, seconds = 0]: number[]) {
    const weekday = (Math.floor(new Date(`${year}-${two(month)}-${two(day)}T00:00:00Z`).getTime() / 86400000) + 4) % 7;
    this.bus.writeTo(DS3231.address, Register.Seconds, ...[seconds, minutes, hours, weekday + 1, day, month, year % 100].map(toBcd));
  }
  read() {
    this.bus.writeTo(DS3231.address, Register.Seconds);
    const raw = this.bus.readFrom(DS3231.address, 7);
    const [seconds, minutes, hours, weekday, day, month, year] = [].slice.call(raw).map(fromBcd);
    return `${days[weekday - 1]} ${2000 + year}-${two(month)}-${two(day)} ${[hours, minutes, seconds].map(two).join(":")}`;
  }
  get temperature() { this.bus.writeTo(DS3231.address, 0x11); const [high, low] = [].slice.call(this.bus.readFrom(DS3231.address, 2)) as number[]; return high + (low >> 6) / 4; }
}
class Chip implements Bus {
  private memory = new Uint8Array(0x13);
  private at = 0;
  constructor() { this.memory.set([0x18, 0xc0], 0x11); }
  writeTo(_address: number, register: number, ...data: number[]) { this.at = register; this.memory.set(data, register); }
  readFrom(_address: number, n: number) { return new Uint8Array(this.memory.buffer, this.at, n); }
}
const clock = new DS3231(new Chip());
clock.set(2024, 2, 29, 23, 59, 58);
print(clock.read());
clock.set(2031, 12, 7, 6, 5);
print(clock.read(), Register[Register.Status], clock.temperature);
