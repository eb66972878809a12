// Classes: a heater and a cooler from one base, with events
class Emitter {
  constructor() { this.listeners = {}; }
  on(event, f) { (this.listeners[event] || (this.listeners[event] = [])).push(f); return this; }
  emit(event, ...args) { for (const f of this.listeners[event] || []) f.apply(this, args); return this; }
}
class Thermostat extends Emitter {
  static get defaults() { return { target: 20, band: 1 }; }
  constructor(options) {
    super();
    Object.assign(this, Thermostat.defaults, options);
    this.active = false;
  }
  wants(t) { throw new Error(`${this.name()} does not know`); }
  name() { return "thermostat"; }
  update(t) {
    const before = this.active;
    this.active = this.wants(t - this.target) ?? before;
    if (before !== this.active) this.emit("change", this.active, t);
    return this.active;
  }
}
class Heater extends Thermostat {
  wants(d) { return d < -this.band ? true : d > this.band ? false : undefined; }
  name() { return "heater of " + this.room; }
}
class Cooler extends Thermostat {
  wants(d) { const { band } = this; if (Math.abs(d) <= band) return; return d > 0; }
  update(t) { return t === null ? false : super.update(t); }
  name() { return "cooler, not a " + super.name(); }
}
const all = [new Heater({ room: "kitchen" }), new Cooler({ target: 25, band: 0.5 })];
for (const one of all) one.on("change", function (active, t) { print(`${this.name()} ${active ? "on" : "off"} at ${t}`); });
[20, 18.5, 19.5, 21.5, 25.2, 26, 24.8, 24.4, null].forEach(t => all.map(one => one.update(t)));
print(all[0] instanceof Emitter, all[1] instanceof Heater, all.filter(a => a.active).length);
try { new Thermostat({ target: 5 }).update(3); } catch (e) { print(e.message, e instanceof Error); }
