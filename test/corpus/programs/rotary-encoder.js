// Callbacks: a rotary encoder on two watched pins
var STEPS = [0, -1, 1, 0, 1, 0, 0, -1, -1, 0, 0, 1, 0, 1, -1, 0];
exports.create = function (a, b, callback) {
  var last = digitalRead(a) | digitalRead(b) << 1, position = 0, sum = 0;
  function changed() {
    var now = digitalRead(a) | digitalRead(b) << 1;
    sum += STEPS[last << 2 | now];
    last = now;
    if (sum === 4 || sum === -4) { position += sum / 4; sum = 0; callback(position); }
  }
  var watches = [a, b].map(function (pin) { return setWatch(changed, pin, { repeat: true, edge: "both" }); });
  return { stop: function () { watches.forEach(function (w) { clearWatch(w); }); return position; } };
};
var seen = [], encoder = exports.create(D25, D26, function (p) { seen.push(p); });
// A hand that turns it: up two notches, and one back
var turn = [[1, 0], [1, 1], [0, 1], [0, 0]], moves = turn.concat(turn, [[0, 1], [1, 1], [1, 0], [0, 0]]);
moves.forEach(function (levels, i) {
  setTimeout(function () { digitalWrite(D25, levels[0]); digitalWrite(D26, levels[1]); }, 10 + i * 10);
});
setTimeout(function () {
  print(seen.join(), encoder.stop());
  digitalWrite(D25, 1); digitalWrite(D25, 0);
  setTimeout(function () { print(seen.length); }, 20);
}, 200);
