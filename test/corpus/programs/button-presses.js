// Relays: one button, short and long presses
const BUTTON = D4, LAMP = D16, PUMP = D17, LONG = 250;
let downAt, longTimer, presses = 0;
function toggle(pin) { digitalWrite(pin, !digitalRead(pin)); }
function state(why) { print(why + ": lamp " + digitalRead(LAMP) + ", pump " + digitalRead(PUMP)); }
pinMode(BUTTON, "input");
setWatch(function () {
  presses++;
  longTimer = setTimeout(function () { longTimer = undefined; toggle(PUMP); state("long"); }, LONG);
}, BUTTON, { repeat: true, edge: "rising", debounce: 10 });
setWatch(function (e) {
  if (longTimer === undefined) return;
  clearTimeout(longTimer);
  toggle(LAMP);
  state("short, " + typeof e.time + " " + e.state);
}, BUTTON, { repeat: true, edge: "falling", debounce: 10 });
setWatch(function () { print("the first press"); }, BUTTON, { repeat: false, edge: "rising" });
// A finger
pinMode(BUTTON, "output");
const waits = [20, 1, 1, 40, 50, 320, 50, 40];
(function move(i) {
  if (i === waits.length) return setTimeout(() => print(presses + " presses"), 50);
  setTimeout(() => { digitalWrite(BUTTON, [1, 0, 1, 0, 1, 0, 1, 0][i]); move(i + 1); }, waits[i]);
})(0);
