// Storage: readings packed into bytes, with bit fields and a checksum
interface Reading { time: number; celsius: number; humidity: number; valves: boolean[]; mode: Mode }
enum Mode { Off, Auto, Manual }
const SIZE = 10;
const modeNames = ["off", "auto", "manual"];
function pack(view: DataView, at: number, { time, celsius, humidity, valves, mode }: Reading) {
  view.setUint32(at, time, true);
  view.setInt16(at + 4, Math.round(celsius * 100), true);
  view.setUint8(at + 6, Math.round(humidity * 2));
  view.setUint16(at + 7, valves.reduce((bits, open, i) => bits | (open ? 1 << i : 0), 0) | (mode << 14), false);
  let sum = 0;
  for (let i = 0; i < SIZE - 1; i++) sum = (sum + view.getUint8(at + i)) & 0xff;
  view.setUint8(at + 9, ~sum & 0xff);
}
function unpack(view: DataView, at: number): Reading | undefined {
  let sum = 0;
  for (let i = 0; i < SIZE; i++) sum += view.getUint8(at + i);
  if ((sum & 0xff) !== 0xff) return undefined;
  const bits = view.getUint16(at + 7);
  return {
    time: view.getUint32(at, true), celsius: view.getInt16(at + 4, true) / 100, humidity: view.getUint8(at + 6) / 2,
    valves: [0, 1, 2, 3].map(i => !!(bits & (1 << i))), mode: bits >>> 14,
  };
}
const buffer = new ArrayBuffer(3 * SIZE), view = new DataView(buffer);
const base: Reading = { time: 0x65a1b2c3, celsius: -12.34, humidity: 55.5, valves: [true, false, false, true], mode: Mode.Manual };
[base, { ...base, celsius: 21.5, mode: Mode.Auto }, { ...base, time: 0xfffffffe, valves: [] }].forEach((reading, i) => pack(view, i * SIZE, reading));
const bytes = new Uint8Array(buffer);
print([...bytes.slice(0, SIZE)].map(b => b.toString(16).padStart(2, "0")).join(""));
bytes[SIZE + 4] ^= 0x10;
for (let at = 0; at < buffer.byteLength; at += SIZE) {
  const reading = unpack(view, at);
  if (!reading) { print("damaged at " + at); continue; }
  const { time, celsius, humidity, valves, mode } = reading;
  print(time, celsius.toFixed(2), humidity, valves.map(v => (v ? "o" : "-")).join(""), modeNames[mode], Mode[mode]);
}
