// Displays: a menu of nested objects, with an encoder
var menu = { Heating: { On: () => print("heat"), Off: () => print("cold") }, Back: null };
var path = [menu], at = 0;
function entries() { return Object.keys(path[path.length - 1]); }
function turn(n) { at = (at + n + entries().length) % entries().length; print("> " + entries()[at]); }
function press() {
  var chosen = path[path.length - 1][entries()[at]];
  if (chosen === null) { if (path.length > 1) path.pop(); }
  else if (typeof chosen === "function") chosen();
  else { path.push(chosen); at = 0; }
}
turn(1); turn(1); press(); turn(1); press(); turn(1); press();
