// Sensors: compensation of an I2C sensor, with the bus as an object
function BME(i2c, address) { this.i2c = i2c; this.address = address || 0x76; }
BME.prototype.word = function (register) {
  this.i2c.writeTo(this.address, register);
  var bytes = this.i2c.readFrom(this.address, 2);
  return bytes[0] | bytes[1] << 8;
};
BME.prototype.signed = function (register) { var w = this.word(register); return w > 32767 ? w - 65536 : w; };
BME.prototype.temperature = function (raw) {
  var t1 = this.word(0x88), t2 = this.signed(0x8a), t3 = this.signed(0x8c);
  var a = (raw / 16384 - t1 / 1024) * t2, b = raw / 131072 - t1 / 8192;
  return (a + b * b * t3) / 5120;
};
var memory = { 0x88: [0x70, 0x6b], 0x8a: [0x43, 0x67], 0x8c: [0x18, 0xfc] }, at;
var bus = { writeTo: function (address, register) { at = register; }, readFrom: function (address, n) { return new Uint8Array(memory[at]); } };
print(new BME(bus).temperature(519888).toFixed(2));
