// Callbacks: everything is used above its line
main();
function main() { setup(); loop(3); print(typeof later, state); }
function setup() { state = "ready"; print(count()); }
function loop(n) { if (n > 0) { print("round " + n); loop(n - 1); } }
function count() { return calls === undefined ? "first" : calls; }
var later = function () {}, calls = 1;
var state;
print(typeof later, state, count());
if (calls) { var inner = "seen"; }
print(inner);
