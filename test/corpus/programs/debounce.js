// Callbacks: a button that bounces
function debounce(ms, f) {
  var timer;
  return function () {
    var args = arguments;
    if (timer !== undefined) clearTimeout(timer);
    timer = setTimeout(function () { timer = undefined; f.apply(null, args); }, ms);
  };
}
var pressed = debounce(20, function (name, n) { print(name + " " + n); });
for (var i = 0; i < 4; i++) setTimeout(pressed, i * 5, "press", i);
setTimeout(pressed, 80, "press", 9);
