// Sensors: which sensors are on a OneWire bus
class OneWireBus {
  constructor(roms) { this.roms = roms; }
  reset() { this.left = this.roms.slice(); this.bit = 0; return this.left.length > 0; }
  bitOf(rom) { return (rom[this.bit >> 3] >> (this.bit & 7)) & 1; }
  // All sensors answer at once: a 0 of any of them wins
  readBit(inverted) { return this.left.every(r => this.bitOf(r) ^ inverted) ? 1 : 0; }
  writeBit(b) { this.left = this.left.filter(r => this.bitOf(r) === b); this.bit++; }
}
function search(bus) {
  const found = [];
  let last = -1, rom = new Uint8Array(8);
  do {
    if (!bus.reset()) return found;
    let zero = -1;
    for (let i = 0; i < 64; i++) {
      const a = bus.readBit(0), b = bus.readBit(1);
      if (a && b) return found;
      let way = a;
      if (!a && !b) {
        way = i < last ? (rom[i >> 3] >> (i & 7)) & 1 : +(i === last);
        if (!way) zero = i;
      }
      if (way) rom[i >> 3] |= 1 << (i & 7);
      else rom[i >> 3] &= ~(1 << (i & 7));
      bus.writeBit(way);
    }
    found.push([].map.call(rom, byte => byte.toString(16).padStart(2, "0")).join(""));
    last = zero;
  } while (last >= 0);
  return found;
}
const roms = ["28ff641e0f160341", "28a1b2c3d4e5f601", "10005544332211aa"].map(hex => hex.match(/../g).map(h => parseInt(h, 16)));
for (const name of search(new OneWireBus(roms)).sort()) print(name.startsWith("28") ? "DS18B20" : "other", name);
print(search(new OneWireBus([])).length);
