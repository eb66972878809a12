var C = { TEMP: 0xf3, ADDRESS: 0x40 };
function HTU21D(_i2c) { this.i2c = _i2c; }
/** Calls back with the temperature, °C */
HTU21D.prototype.read = function (callback) {
  var i2c = this.i2c;
  i2c.writeTo(C.ADDRESS, C.TEMP);
  setTimeout(function () { var d = i2c.readFrom(C.ADDRESS, 2); callback((175.72 * ((d[0] << 8 | d[1]) & 0xfffc) / 65536 - 46.85).toFixed(1)); }, 50);
};
exports.connect = function (_i2c) { return new HTU21D(_i2c); };
