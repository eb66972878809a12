// Classes: classes that extend others, with fields and super
class Actuator {
  state = "off";
  static made = 0;
  constructor(name, pin) { this.name = name; this.pin = pin; Actuator.made++; }
  describe() { return this.name + "@" + this.pin + " " + this.state; }
  get isOn() { return this.state === "on"; }
}
class Valve extends Actuator {
  litres = 0;
  log = [];
  open(minutes = 5) { this.state = "on"; this.litres += minutes * 2; this.log.push(minutes); return this; }
  describe() { return "valve " + super.describe() + " " + this.litres + " l"; }
}
class Lamp extends Actuator { constructor(name) { super(name, 2); this.level = 1; } set dim(v) { this.level = v; } }
const valve = new Valve("bed", 25), lamp = new Lamp("porch");
print(valve.open().open(3).describe(), valve.log.join()); lamp.dim = 0.5;
print(lamp.describe(), lamp.level, lamp.isOn, valve.isOn, Actuator.made, valve instanceof Actuator);
