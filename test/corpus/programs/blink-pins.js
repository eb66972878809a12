// Relays: two outputs blink in turn
var pins = ["A", "B"], on = 0, rounds = 0;
var timer = setInterval(function () {
  on = 1 - on;
  pins.forEach(function (pin, i) { print(pin + ":" + (i === on ? 1 : 0)); });
  if (++rounds === 3) clearInterval(timer);
}, 10);
