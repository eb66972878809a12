// Sensors: registers of an accelerometer on I2C, by a class with options
const REG = { WHO_AM_I: 0x0f, CTRL1: 0x20, OUT: 0x28 };
class Accelerometer {
  constructor(i2c, { address = 0x19, range = 2, rate = 100 } = {}) {
    Object.assign(this, { i2c, address, range });
    const id = this.read(REG.WHO_AM_I, 1)[0];
    if (id !== 0x33) throw new Error(`no accelerometer at 0x${address.toString(16)}: ${id}`);
    this.write(REG.CTRL1, Accelerometer.rates[rate] << 4 | 0b0111);
    this.write(REG.CTRL1 + 3, Math.round(Math.log(range / 2) / Math.LN2) << 4 | 8);
  }
  read(register, count) { this.i2c.writeTo(this.address, register | 0x80); return this.i2c.readFrom(this.address, count); }
  write(register, value) { this.i2c.writeTo(this.address, [register, value]); }
  get() {
    const d = new DataView(this.read(REG.OUT, 6).buffer);
    const [x, y, z] = [0, 2, 4].map(at => (d.getInt16(at, true) >> 4) * this.range / 2048);
    return { x, y, z };
  }
}
Accelerometer.rates = { 1: 1, 10: 2, 100: 5 };
// The bus, with one chip on it
const chip = { 0x0f: 0x33, 0x28: 0x00, 0x29: 0xc0, 0x2a: 0x30, 0x2b: 0x00, 0x2c: 0xf0, 0x2d: 0x3f };
let at = 0;
const I2C = {
  writeTo(address, data) {
    const bytes = typeof data === "number" ? [data] : data;
    at = bytes[0] & 0x7f;
    for (let i = 1; i < bytes.length; i++) chip[at++] = bytes[i];
  },
  readFrom(address, n) { const r = new Uint8Array(n); for (let i = 0; i < n; i++) r[i] = address === 0x19 ? chip[at++] || 0 : 255; return r; }
};
const a = new Accelerometer(I2C, { range: 4 });
print(chip[0x20].toString(2), chip[0x23]);
for (const [axis, value] of Object.entries(a.get())) print(axis, value.toFixed(3));
try { new Accelerometer(I2C, { address: 0x18 }); } catch (e) { print(e.message); }
