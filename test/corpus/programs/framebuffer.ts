// Displays: a frame buffer of one bit, drawn by a class
class Frame {
  readonly bytes: Uint8Array;
  constructor(readonly width: number, readonly height: number) { this.bytes = new Uint8Array((width * height) >> 3); }
  set(x: number, y: number, on = true): void {
    if (x < 0 || y < 0 || x >= this.width || y >= this.height) return;
    const at = y * this.width + x, bit = 128 >> (at & 7);
    this.bytes[at >> 3] = on ? this.bytes[at >> 3] | bit : this.bytes[at >> 3] & ~bit;
  }
  line(x1: number, y1: number, x2: number, y2: number): void {
    const dx = Math.abs(x2 - x1), dy = -Math.abs(y2 - y1), sx = x1 < x2 ? 1 : -1, sy = y1 < y2 ? 1 : -1;
    for (let error = dx + dy; ; ) {
      this.set(x1, y1);
      if (x1 === x2 && y1 === y2) break;
      const twice = 2 * error;
      if (twice >= dy) { error += dy; x1 += sx; }
      if (twice <= dx) { error += dx; y1 += sy; }
    }
  }
  show(): void {
    for (let y = 0; y < this.height; y++) {
      let row = "";
      for (let x = 0; x < this.width; x++) { const at = y * this.width + x; row += this.bytes[at >> 3] & (128 >> (at & 7)) ? "#" : "."; }
      print(row);
    }
  }
}
const frame = new Frame(16, 6);
frame.line(0, 0, 15, 5); frame.line(0, 5, 5, 0); frame.set(15, 5, false);
frame.show();
