class BH1750 {
  constructor(i2c, options) { this.i2c = i2c; this.factor = (options && options.factor) || 1; }
  read(callback) { var d = this.i2c.readFrom(0x23, 2); callback(Math.round((d[0] << 8 | d[1]) / 1.2 * this.factor)); }
}
exports.connect = (i2c, options) => new BH1750(i2c, options);
