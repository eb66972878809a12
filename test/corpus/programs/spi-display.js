// Displays: a colour display on SPI, with its window and its command pin
exports.connect = function (spi, dc, cs, callback) {
  var LCD_WIDTH = 4, LCD_HEIGHT = 3;
  function command(c, data) {
    cs.reset();
    dc.reset();
    spi.write(c);
    dc.set();
    if (data !== undefined) spi.write(data);
    cs.set();
  }
  var pixels = new Uint16Array(LCD_WIDTH * LCD_HEIGHT), dirty;
  var LCD = {
    width: LCD_WIDTH, height: LCD_HEIGHT,
    setPixel: function (x, y, c) {
      if (x < 0 || y < 0 || x >= LCD_WIDTH || y >= LCD_HEIGHT) return;
      pixels[x + y * LCD_WIDTH] = c;
      dirty = dirty ? { x1: Math.min(dirty.x1, x), y1: Math.min(dirty.y1, y), x2: Math.max(dirty.x2, x), y2: Math.max(dirty.y2, y) } : { x1: x, y1: y, x2: x, y2: y };
    },
    fillRect: function (x1, y1, x2, y2, c) { for (var y = y1; y <= y2; y++) for (var x = x1; x <= x2; x++) this.setPixel(x, y, c); },
    flip: function () {
      if (!dirty) return 0;
      command(0x2A, [0, dirty.x1, 0, dirty.x2]);
      command(0x2B, [0, dirty.y1, 0, dirty.y2]);
      var bytes = [];
      for (var y = dirty.y1; y <= dirty.y2; y++)
        for (var x = dirty.x1; x <= dirty.x2; x++) { var c = pixels[x + y * LCD_WIDTH]; bytes.push(c >> 8, c & 255); }
      command(0x2C, bytes);
      dirty = undefined;
      return bytes.length;
    }
  };
  command(0x11);
  setTimeout(function () { command(0x29); if (callback) callback(LCD); }, 20);
  return LCD;
};
// Bus and pins that note what they get
var notes = [], data = false;
function pin(name) { return { set: function () { if (name === "dc") data = true; }, reset: function () { if (name === "dc") data = false; } }; }
var SPI = { write: function (b) { notes.push((data ? "D" : "C") + [].concat(b).map(function (v) { return (v + 256).toString(16).substr(-2); }).join("")); } };
exports.connect(SPI, pin("dc"), pin("cs"), function (g) {
  g.fillRect(1, 1, 2, 2, 0xF800);
  g.setPixel(9, 9, 1);
  print(g.flip(), g.flip());
  print(notes.join(" "));
});
