// Displays: digits of a seven-segment display
var SEGMENTS = [0x3f, 0x06, 0x5b, 0x4f, 0x66, 0x6d, 0x7d, 0x07, 0x7f, 0x6f];
function digits(value, places) {
  var text = value.toFixed(places), out = [];
  for (var i = 0; i < text.length; i++) {
    switch (text[i]) {
      case "-": out.push(0x40); break;
      case ".": out[out.length - 1] |= 0x80; break;
      default: let code = SEGMENTS[+text[i]]; out.push(code);
    }
  }
  return out.map(function (s) { return s.toString(16); }).join(" ");
}
print(digits(-12.5, 1)); print(digits(7, 0)); print(digits(3.14, 2));
