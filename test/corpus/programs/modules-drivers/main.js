// Modules: drivers as Espruino's modules are written, with connect
var i2c = require("./bus")({ 0x40: [0x66, 0x4c], 0x23: [0x01, 0xf4] });
var sensors = require("./config/sensors.json").map(function (it) {
  return { name: it.name, driver: require("./config/drivers")[it.type].connect(i2c, it.options) };
});
E.on("init", function () {
  sensors.forEach(function (s) { s.driver.read(function (value) { print(s.name + ": " + value); }); });
  print(sensors.length + " sensors, " + require("./bus").opened + " bus, " + (require("HTU21D") === require("HTU21D")));
});
print("loaded");
