// Relays: a lamp that fades, with gamma and a queue of fades
function Dimmer(write) { this.write = write; this.level = 0; this.fades = []; }
Dimmer.GAMMA = 2.2;
Dimmer.prototype = {
  duty: function () { return Math.pow(this.level / 100, Dimmer.GAMMA); },
  set: function (level) { this.level = E.clip(level, 0, 100); this.write(this.duty()); return this; },
  fade: function (to, ms) { this.fades.push({ to: to, ms: ms }); if (!this.timer) this.next(); return this; },
  next: function () {
    var fade = this.fades.shift(), self = this;
    if (!fade) { this.timer = undefined; return; }
    var from = this.level, steps = Math.ceil(fade.ms / 10), step = 0;
    this.timer = setInterval(function () {
      self.set(from + (fade.to - from) * ++step / steps);
      if (step >= steps) { clearInterval(self.timer); self.next(); }
    }, 10);
  }
};
var duties = [];
var lamp = new Dimmer(function (duty) { analogWrite(D5, duty, { freq: 500 }); duties.push(duty.toFixed(3)); });
lamp.set(10).fade(100, 50).fade(-20, 25);
setTimeout(function () { print(duties.join(" ")); print(lamp.level, lamp.timer === undefined, duties.length); }, 600);
