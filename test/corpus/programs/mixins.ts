// Classes: what a class can do, mixed in, and classes that are only made when needed
type Make<T = object> = new (...args: any[]) => T;
const Named = <T extends Make>(Base: T) => class extends Base {
  called(name: string) { (this as any).name = name; return this; }
};
const Timed = <T extends Make>(Base: T) => class extends Base {
  mark(at: number) { ((this as any).times ||= []).push(at); return this; }
  describe() { return `${(this as any).name} at ${(this as any).times.join("/")}`; }
};
class Pump { litres = 0; run(litres: number) { this.litres += litres; return this; } }
class GardenPump extends Timed(Named(Pump)) {}
const pump = new GardenPump();
pump.called("rain barrel");
pump.mark(6).mark(18);
pump.run(5).run(2.5);
print(pump.describe(), pump.litres, pump instanceof Pump);

const simulated = pump.litres > 100;
const Driver = simulated ? class { write() { return "simulated"; } } : class { write() { return "real"; } };
let Fallback: (new () => { write(): string }) | undefined;
if (simulated) Fallback = class { write() { return "fallback"; } };
print(new Driver().write(), Fallback === undefined);
const drivers: Record<string, () => { read(): number }> = {
  analog: () => new (class { read() { return 1; } })(),
  digital: () => new (class { private value = 4; read() { return this.value; } })(),
};
for (const name in drivers) print(name, drivers[name]().read());
