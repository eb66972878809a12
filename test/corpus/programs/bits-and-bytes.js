// Displays: colours packed into 16 bits, and bytes in both orders
const rgb565 = (r, g, b) => (r & 0xf8) << 8 | (g & 0xfc) << 3 | b >> 3;
print(rgb565(255, 128, 0).toString(16), rgb565(8, 4, 8).toString(2));
const view = new DataView(new ArrayBuffer(8));
view.setUint16(0, 0x1234); view.setInt16(2, -2, true); view.setFloat32(4, 1.5);
let text = ""; for (let i = 0; i < 8; i++) text += view.getUint8(i).toString(16) + " ";
print(text, view.getInt16(2, true), view.getFloat32(4));
const words = new Uint16Array([1, 2, 65535]); let sum = 0;
for (const word of words) sum += word;
print(sum, -1 >>> 24, 1 << 10, ~7, 0b101 ^ 0o7);
