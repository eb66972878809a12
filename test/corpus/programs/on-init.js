// Modules: onInit, as Espruino calls it
var readings = [];
function onInit() {
  print("started with " + readings.length);
  if (true) { var timer = setInterval(sample, 10); }
  setTimeout(function () { clearInterval(timer); print(readings.join()); }, 35);
}
function sample() { readings.push(readings.length * 2); }
E.on("init", function () { print("init"); });
print("loaded");
