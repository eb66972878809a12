// Classes: as before there were classes, functions used above their lines
Lamp.prototype = Object.create(Device.prototype);
Lamp.prototype.constructor = Lamp;
Lamp.prototype.on = function () { this.changes++; return this.set(1); };
Lamp.prototype.off = function () { this.changes++; return this.set(0); };
Device.prototype.toString = function () { return "device " + this.pin + " changed " + this.changes; };
Device.prototype.set = function (level) { print(this.pin + "=" + level); return this; };
var lamp = new Lamp(4);
lamp.on().off();
print(lamp.toString(), lamp instanceof Device, lamp.hasOwnProperty("pin"), twice.call(lamp));
function Device(pin) { this.pin = pin; this.changes = 0; }
function Lamp(pin) { Device.call(this, pin); }
function twice() { return 2 * this.pin; }
